// Follows a payment page: asks now and then how the payment stands, less and less often, and goes where that leads.

const SOON = 1000;
const LATEST = 5000;
const SLOWER = 1.15;
const OVER = new Set(["paid", "expired", "cancelled", "refused"]);

const page = document.getElementById("paying");
const clock = page.querySelector("[data-seconds]");
const words = document.getElementById("words").dataset;
let known = { state: page.dataset.state, reason: page.dataset.reason };
let wait = SOON;
let timer = 0;
let told = { seconds: Number(clock?.dataset.seconds ?? 0), rate: Number(clock?.dataset.rate ?? 1), at: performance.now() };

function announce(text) {
  document.getElementById("announcer").textContent = text;
}

/** By the sandbox's clock, which a tester may stop or hasten. */
function secondsLeft() {
  const passed = ((performance.now() - told.at) / 1000) * told.rate;
  return Math.max(0, Math.round(told.seconds - passed));
}

function tick() {
  const seconds = secondsLeft();
  clock.textContent = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}

/** The step is drawn anew in place, unless the payment goes on at another address. */
async function redraw() {
  const answer = await fetch(page.dataset.page, { headers: { Accept: "text/html", "Sandbox-Trace": "background" } });
  if (!answer.ok || new URL(answer.url).pathname !== page.dataset.page) {
    location.replace(page.dataset.page);
    return;
  }
  const newer = new DOMParser().parseFromString(await answer.text(), "text/html");
  document.getElementById("step").replaceWith(document.adoptNode(newer.getElementById("step")));
}

async function goOn(now) {
  if (OVER.has(now.state)) {
    announce(words.over);
    location.replace(page.dataset.result);
  } else if (page.dataset.step === "page") {
    await redraw();
  } else if (page.dataset.step === "code" || now.state === "paying") {
    location.replace(page.dataset.page);
  }
  if (now.state === "scanned") announce(words.scanned);
}

async function look() {
  const answer = await fetch(page.dataset.status, { headers: { "Sandbox-Trace": "background" } });
  if (!answer.ok) return;
  const now = await answer.json();
  told = { seconds: now.expires_in_seconds, rate: now.clock_rate, at: performance.now() };
  if (clock) tick();
  const reason = now.reason ?? "";
  if (now.state === known.state && reason === known.reason) return;
  known = { state: now.state, reason };
  wait = SOON;
  await goOn(now);
}

async function follow() {
  clearTimeout(timer);
  if (document.hidden || page.dataset.step === "result") return;
  try {
    await look();
  } catch {
    // The sandbox is away for a moment; the next look tells.
  }
  wait = Math.min(LATEST, wait * SLOWER);
  const left = (secondsLeft() * 1000) / told.rate || LATEST;
  timer = setTimeout(follow, Math.max(SOON, Math.min(wait, left)));
}

if (clock) setInterval(tick, 1000);
document.addEventListener("visibilitychange", () => {
  wait = SOON;
  follow();
});
// A page that comes back from the browser's memory may be long over.
addEventListener("pageshow", (event) => event.persisted && follow());
follow();
