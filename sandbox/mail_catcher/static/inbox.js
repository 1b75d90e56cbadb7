// Shows what arrives while the page is open: the page is asked for anew, and a list whose newest entry changed is replaced.

const EVERY = 3000;
const inbox = document.querySelector('[data-part="inbox"]');

async function refresh() {
  const answer = await fetch(location.href, { headers: { Accept: 'text/html', 'Sandbox-Trace': 'background' } });
  if (!answer.ok) return;
  const page = new DOMParser().parseFromString(await answer.text(), 'text/html');
  const replaced = [...inbox.querySelectorAll('[data-newest]')].filter((list) => replace(list, page));
  if (replaced.length > 0) document.getElementById('announcer').textContent = inbox.dataset.arrived;
}

function replace(list, page) {
  const newer = page.querySelector(`[data-newest][data-part="${list.dataset.part}"]`);
  if (!newer || newer.dataset.newest === list.dataset.newest) return false;
  const focused = list.contains(document.activeElement) ? document.activeElement.id : '';
  list.replaceWith(document.adoptNode(newer));
  if (focused) document.getElementById(focused)?.focus();
  return true;
}

let isAsking = false;

async function look() {
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
document.addEventListener('visibilitychange', look);
