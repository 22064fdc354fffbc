// Who waits, in the order in which they are served.

import { showAge } from './ages.js';
import { arrange, el, setText } from './dom.js';
import { baseName, count, duration } from './words.js';

const MOST_SHOWN = 30;

/** The wait queue of a proxy. */
export class Queue {
  #list = el('ol.rows');
  #rest = el('p.hint');
  #rows = new Map();
  node = el('div', {}, this.#list, this.#rest);

  /** @param {object} proxy of which at most 100 waiters are known, and their whole number */
  show(proxy) {
    const waiting = proxy.queue.slice(0, MOST_SHOWN);
    const nodes = waiting.map((waiter) => this.#row(waiter));
    const here = new Set(waiting.map(({ session }) => session));
    for (const session of this.#rows.keys()) if (!here.has(session)) this.#rows.delete(session);
    arrange(this.#list, nodes);
    const more = proxy.waiting - waiting.length;
    setText(this.#rest, proxy.waiting === 0 ? 'Nobody waits.' : more > 0 ? `and ${count(more, 'more client')}` : '');
  }

  #row(waiter) {
    let row = this.#rows.get(waiter.session);
    if (!row) {
      const age = el('time');
      const what = waiter.file ? baseName(waiter.file) : 'a connection';
      const label = `${waiter.file ?? what}, for ${waiter.client}`;
      row = el(
        'li',
        {},
        el(
          'button.row',
          { type: 'button', 'data-session': waiter.session, title: label },
          what,
          el('span.who', {}, waiter.client),
        ),
        age,
      );
      showAge(age, waiter.arrivedAt, duration);
      this.#rows.set(waiter.session, row);
    }
    return row;
  }
}
