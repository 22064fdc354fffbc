// Ages on the page: all tick by one timer, and by the server's clock.

import { setText } from './dom.js';

const TICK_MS = 1000;

let aheadMs = 0;
const shown = new Map(); // node → {iso, format}

/** Tells what time it is at the server. */
export function serverTimeIs(iso) {
  aheadMs = Date.parse(iso) - Date.now();
}

export function age(iso) {
  return Date.now() + aheadMs - Date.parse(iso);
}

/** Keeps the node's text at the age of that moment until it is forgotten or leaves the page. */
export function showAge(node, iso, format) {
  shown.set(node, { iso, format });
  setText(node, format(age(iso)));
}

export function forgetAge(node) {
  shown.delete(node);
}

setInterval(() => {
  if (document.hidden) return;
  for (const [node, { iso, format }] of shown) {
    if (node.isConnected) setText(node, format(age(iso)));
    else shown.delete(node);
  }
}, TICK_MS);
