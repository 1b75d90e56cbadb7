const form = document.querySelector(".filter");
const filter = () => {
  const words = form.search.value.trim().toLowerCase();
  for (const each of document.querySelectorAll(".scenario"))
    each.hidden = (form.failed.checked && !each.classList.contains("failed")) || !each.textContent.toLowerCase().includes(words);
  for (const section of document.querySelectorAll("section")) section.hidden = !section.querySelector(".scenario:not([hidden])");
  document.querySelector(".nothing").hidden = document.querySelector(".scenario:not([hidden])") !== null;
};
const reveal = () => {
  const wanted = document.getElementById(location.hash.slice(1));
  const scenario = wanted?.closest(".scenario");
  if (!scenario) return;
  scenario.hidden = scenario.closest("section").hidden = false;
  scenario.open = true;
  wanted.scrollIntoView();
  scenario.querySelector("summary").focus({ preventScroll: true });
};
const copy = async (button, code) => {
  try {
    await navigator.clipboard.writeText(code.textContent);
    button.textContent = "Copied";
  } catch {
    getSelection().selectAllChildren(code);
    button.textContent = "Selected";
  }
  setTimeout(() => { button.textContent = "Copy"; }, 2000);
};
for (const code of document.querySelectorAll(".command code")) {
  const button = Object.assign(document.createElement("button"), { type: "button", textContent: "Copy" });
  button.addEventListener("click", () => copy(button, code));
  code.after(button);
}
const dialog = document.querySelector("dialog");
for (const button of document.querySelectorAll(".picture"))
  button.addEventListener("click", () => {
    const [large, small] = [dialog.querySelector("img"), button.querySelector("img")];
    [large.src, large.alt] = [small.src, small.alt];
    dialog.showModal();
  });
addEventListener("hashchange", reveal);
reveal();
form.addEventListener("input", filter);
form.addEventListener("submit", (event) => event.preventDefault());
