// The page by keyboard.

import { closeButton, modal } from './dialogs.js';
import { el } from './dom.js';

const KEYS = [
  ['↑ ↓', 'from host to host'],
  ['← →', 'along the slots of a host'],
  ['Enter', 'opens the host or the session'],
  ['Alt ↑, Alt ↓', 'moves the host in the list'],
  ['/', 'filters hosts'],
  ['1 … 9', 'chooses a proxy'],
  ['n', 'the nodes of a cluster'],
  ['?', 'this list'],
];

export function help() {
  const rows = KEYS.flatMap(([key, does]) => [el('dt', {}, el('kbd', {}, key)), el('dd', {}, does)]);
  modal('Keys', el('dl.keys', {}, ...rows), el('div.buttons', {}, closeButton('Close')));
}

/**
 * Listens to the keys.
 *
 * @param {function(): ?ProxyView} view the proxy that is shown
 * @param {function(number): void} choose shows the proxy of that number, from 0
 * @param {function(): void} nodes shows the nodes, if there are several
 */
export function keys(view, choose, nodes) {
  document.addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.metaKey || document.querySelector('dialog[open]')) return;
    if (event.target.matches('input, select, textarea')) {
      if (event.key === 'Escape') event.target.blur();
      return;
    }
    if (event.key === '?') help();
    else if (event.key === 'n') nodes();
    else if (event.key === '/') view()?.focusFilter();
    else if (/^[1-9]$/.test(event.key)) choose(Number(event.key) - 1);
    else if (!event.key.startsWith('Arrow') || !moveInHosts(event, view())) return;
    event.preventDefault();
  });
}

/** Returns whether the key meant a host. */
function moveInHosts({ key, altKey, target }, view) {
  const host = target.closest?.('.host');
  if (!host) return false;
  const down = key === 'ArrowDown';
  if (down || key === 'ArrowUp') {
    if (altKey) view?.moveBy(host.dataset.name, down ? 1 : -1);
    else focusOn((down ? host.nextElementSibling : host.previousElementSibling)?.querySelector('.host-name'));
    return true;
  }
  if (altKey) return false;
  const stops = [...host.querySelectorAll('.host-name, .tile:enabled')];
  focusOn(stops[stops.indexOf(target) + (key === 'ArrowRight' ? 1 : -1)]);
  return true;
}

function focusOn(node) {
  if (!node) return;
  if (node.matches('.host-name')) {
    for (const other of node.closest('.hosts').querySelectorAll('.host-name[tabindex="0"]')) other.tabIndex = -1;
    node.tabIndex = 0;
  }
  node.focus();
}
