// Follows the journal: the page is asked for anew as soon as something has happened, and only then.
import { look } from "./live.js";

const start = document.querySelector("[data-cursor]");
const PAUSE = 200; // what happens together is shown together
const SHARE = 3; // and a page that is costly to draw is drawn the more seldom
const AWAY = 3000;
const QUIET = { headers: { "Sandbox-Trace": "background" } };
const pause = (time) => new Promise((resolve) => setTimeout(resolve, time));

async function follow() {
  let cursor = Number(start.dataset.cursor);
  let world = "";
  const trace = start.dataset.trace ? `&trace=${encodeURIComponent(start.dataset.trace)}` : "";
  for (;;) {
    try {
      let pausing = PAUSE;
      const asked = performance.now();
      const answer = await fetch(`/_sandbox/journal/stream?after=${cursor}&wait=10&limit=1000&world=${world}${trace}`, QUIET);
      const { exchanges, cursor: next, world: current } = await answer.json();
      const isOther = next < cursor || (world !== "" && world !== current); // a reset, or a snapshot
      if (exchanges.length || isOther) pausing = Math.max(PAUSE, SHARE * (await timeOf(look)));
      else if (performance.now() - asked < PAUSE) await pause(AWAY); // no place to wait in was free
      [cursor, world] = [next, current];
      await pause(pausing);
    } catch {
      await pause(AWAY); // the sandbox is away for a moment
    }
  }
}

async function timeOf(action) {
  const began = performance.now();
  await action();
  return performance.now() - began;
}

if (start) follow();
