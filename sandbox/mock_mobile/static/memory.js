/** What this tab remembers of each phone: the chosen one, scans whose PIN may be tried again, and screens that were left. */

const KEY = 'sandbox.phone';
const MOST_SCANS = 20;
const kept = read();

function read() {
  const empty = { chosen: null, scans: {}, left: {} };
  try {
    return { ...empty, ...JSON.parse(sessionStorage.getItem(KEY)) };
  } catch {
    return empty;
  }
}

function write() {
  try {
    sessionStorage.setItem(KEY, JSON.stringify(kept));
  } catch {
    // Without storage the page forgets when it is loaded again, and works.
  }
}

export const chosenPhone = () => kept.chosen;

export function rememberPhone(number) {
  kept.chosen = number;
  write();
}

/** @param {{scan_id: string, merchant: string, amount: number, payment_id?: string}} scan */
export function rememberScan(scan) {
  kept.scans[scan.scan_id] = { ...kept.scans[scan.scan_id], ...scan };
  for (const old of Object.keys(kept.scans).slice(0, -MOST_SCANS)) delete kept.scans[old];
  write();
}

export const findScan = (id) => kept.scans[id];
export const findScanOfPayment = (payment) => Object.values(kept.scans).find((scan) => scan.payment_id === payment);

/** The owner went home from this screen; it does not come back until the phone shows another. */
export function leaveScreen(number, screen) {
  kept.left[number] = screen && JSON.stringify(screen);
  write();
}

export const wasLeft = (number, screen) => kept.left[number] === JSON.stringify(screen);
