// What a script adds to pages that work without it: copying, showing passwords, menus that close, one click per form.

const SHOWN_FOR = 2000;

function announce(text) {
  const place = document.getElementById("announcer");
  place.textContent = "";
  requestAnimationFrame(() => { place.textContent = text; });
}

function select(source) {
  const range = document.createRange();
  range.selectNodeContents(source);
  const selection = getSelection();
  selection.removeAllRanges();
  selection.addRange(range);
}

async function copy(button) {
  const source = document.getElementById(button.dataset.copy);
  try {
    await navigator.clipboard.writeText(source.textContent.trim());
  } catch {
    source.closest("details")?.setAttribute("open", "");
    select(source);
    announce(button.dataset.failed);
    return;
  }
  button.dataset.state = "done";
  announce(button.dataset.done);
  setTimeout(() => delete button.dataset.state, SHOWN_FOR);
}

function reveal(button) {
  const input = document.getElementById(button.dataset.reveal);
  const shown = input.type === "text";
  input.type = shown ? "password" : "text";
  button.setAttribute("aria-pressed", String(!shown));
}

function closeMenus(except) {
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    if (menu !== except) menu.open = false;
  }
}

document.addEventListener("click", (event) => {
  closeMenus(event.target.closest("details.menu"));
  const button = event.target.closest("button[data-copy], button[data-reveal]");
  if (button?.dataset.copy) copy(button);
  else if (button) reveal(button);
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  const menu = event.target.closest("details.menu[open]");
  closeMenus(null);
  menu?.querySelector("summary").focus();
});

document.addEventListener("submit", (event) => {
  const button = event.submitter;
  if (event.target.dataset.sent) {
    event.preventDefault();
    return;
  }
  event.target.dataset.sent = "yes";
  button?.setAttribute("aria-busy", "true");
});

// On a small screen the links scroll sideways: show the one of this page.
for (const link of document.querySelectorAll(":is(.side, .tabs) [aria-current]")) {
  link.scrollIntoView({ block: "nearest", inline: "center" });
}

// A page that comes back from the browser's memory may be sent again.
addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent]")) {
    delete form.dataset.sent;
    form.querySelector("[aria-busy]")?.removeAttribute("aria-busy");
  }
});

if (document.querySelector("[data-live]")) import("./live.js");
