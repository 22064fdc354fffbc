// What was done, with a way back, and what went wrong. Gone after a while, but not from under a hand or the focus.

import { el } from './dom.js';

const SHOWN_MS = 15_000;
const MOST = 4;

/**
 * Says it at the edge of the page.
 *
 * @param {string} text
 * @param {{undo?: function(): Promise<void>, problem?: boolean}} more how to undo it; whether it is a failure
 */
export function toast(text, { undo, problem = false } = {}) {
  const place = document.getElementById('toasts');
  const words = el('span', {}, text);
  const node = el('div.toast', { role: problem ? 'alert' : 'status', 'data-problem': problem }, words);
  if (undo) node.append(undoButton(node, words, undo));
  node.append(el('button.quiet', { type: 'button', 'aria-label': 'Dismiss', onclick: () => node.remove() }, '✕'));
  place.append(node);
  while (place.children.length > MOST) place.firstElementChild.remove();
  leaveLater(node);
}

function undoButton(node, words, undo) {
  const button = el('button.undo', { type: 'button' }, 'Undo');
  button.addEventListener('click', async () => {
    button.disabled = true;
    try {
      await undo();
      node.remove();
    } catch (problem) {
      words.textContent = `Not undone: ${problem.message}`;
      node.dataset.problem = '';
      button.disabled = false;
      button.textContent = 'Try again';
    }
  });
  return button;
}

function leaveLater(node) {
  const timer = setInterval(() => {
    if (node.isConnected && node.matches(':hover, :focus-within')) return;
    clearInterval(timer);
    node.remove();
  }, SHOWN_MS);
}
