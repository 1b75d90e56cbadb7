// Keeps parts of a page as they are now: the page is asked for anew, and each element whose data-live has changed is replaced.
// An element needs an id; data-arrived is what a screen reader is told then.

const EVERY = 3000;

async function refresh() {
  const answer = await fetch(location.href, { headers: { Accept: "text/html", "Sandbox-Trace": "background" } });
  if (!answer.ok) return;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  for (const part of document.querySelectorAll("[data-live]")) replace(part, page.getElementById(part.id));
}

function replace(part, newer) {
  if (!newer || newer.dataset.live === part.dataset.live || isInUse(part)) return;
  const focused = part.contains(document.activeElement) ? document.activeElement.id : "";
  part.replaceWith(document.adoptNode(newer));
  newer.dispatchEvent(new CustomEvent("renewed", { bubbles: true }));
  if (focused) document.getElementById(focused)?.focus();
  if (newer.dataset.arrived) document.getElementById("announcer").textContent = newer.dataset.arrived;
}

/** Whoever types or has unfolded something there is left alone. */
function isInUse(part) {
  return part.querySelector("details[open], :is(input, textarea, select):focus") !== null;
}

let isAsking = false;

export async function look() {
  if (isAsking || document.hidden) return;
  isAsking = true;
  try {
    await refresh();
  } catch {
    // The sandbox is away for a moment; the next look tells.
  } finally {
    isAsking = false;
  }
}

setInterval(look, EVERY);
document.addEventListener("visibilitychange", look);
