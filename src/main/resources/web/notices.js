// What has happened lately, newest first; what is new is also said to those who listen.

import { arrange, el, setText } from './dom.js';
import { clock } from './words.js';

const MOST_SHOWN = 40;
const SAY_EVERY_MS = 3_000;

/** The notices of one proxy, with those that concern none. */
export class Notices {
  #list = el('ol.rows.notices');
  #none = el('p.hint', {}, 'Nothing has happened yet.');
  #nodes = new WeakMap();
  node = el('div', {}, this.#list, this.#none);

  show(notices, proxy) {
    const ours = notices.filter((notice) => notice.proxy === null || notice.proxy === proxy);
    const nodes = ours.slice(-MOST_SHOWN).reverse().map((notice) => this.#node(notice));
    arrange(this.#list, nodes);
    this.#none.hidden = nodes.length > 0;
  }

  #node(notice) {
    let node = this.#nodes.get(notice);
    if (!node) {
      node = el(
        'li',
        { 'data-kind': notice.kind },
        el('time', { datetime: notice.at }, clock(notice.at)),
        el('span', {}, ...textOf(notice)),
        el('span.kind', {}, notice.kind),
      );
      this.#nodes.set(notice, node);
    }
    return node;
  }
}

/** A text that begins with the host's name has it in bold. */
function textOf({ backend, text }) {
  if (!backend || !text.startsWith(backend)) return [text];
  return [el('b', {}, backend), text.slice(backend.length)];
}

/** Says the newest notice to screen readers, not more often than one can listen. */
export function speaker(place) {
  let last = null;
  let timer = 0;
  return (notices) => {
    const newest = notices.at(-1);
    const first = last === null;
    if (newest === undefined || newest === last) return;
    last = newest;
    if (first || timer) return;
    timer = setTimeout(() => {
      timer = 0;
      setText(place, [last.proxy, last.text].filter(Boolean).join(': '));
    }, SAY_EVERY_MS);
  };
}
