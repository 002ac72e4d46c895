// Words to whoever looks: what was done, for some seconds; and what is wrong, for as long as it is.

import { el, refill, write } from './dom.js';

const faults = new Map();
let timer;

/** Something was done. */
export function say(text) {
  const place = document.getElementById('said');
  write(place, text);
  // Above the windows that are open now: of such things the latest lies on top.
  for (const isShown of [false, true]) place.togglePopover?.(isShown);
  clearTimeout(timer);
  timer = setTimeout(() => write(place, ''), 5000);
}

/** Something is wrong. A later call with the same name takes its place; without a text it is over. */
export function complain(name, text) {
  if (faults.get(name) === text) return;
  if (text) faults.set(name, text);
  else if (!faults.delete(name)) return;
  refill(document.getElementById('faults'), [...faults.values()].map((fault) => el('p', {}, fault)));
}

export function forgetFaults() {
  for (const name of [...faults.keys()]) complain(name);
}
