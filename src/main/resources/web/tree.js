// The supervisor tree, for drills: each actor can be killed and comes back.

import { kill } from './actions.js';
import { call } from './api.js';
import { arrange, el, setText } from './dom.js';
import { count, duration } from './words.js';

const EVERY_MS = 2_000;
const MOST_ACTORS = 300;

/** A part of the page that looks only while it is open. */
export class Tree {
  #list = el('ul.tree');
  #problem = el('p.problem', { role: 'alert', hidden: true });
  #rows = new Map();
  #timer = 0;
  node = el(
    'details.panel',
    {},
    el('summary', {}, el('h3', {}, 'Supervisor tree'), el('span.hint', {}, 'Fault injection is on')),
    this.#problem,
    this.#list,
  );

  constructor() {
    this.node.addEventListener('toggle', () => {
      clearInterval(this.#timer);
      if (!this.node.open) return;
      this.#look();
      this.#timer = setInterval(() => this.#look(), EVERY_MS);
    });
  }

  async #look() {
    try {
      const actors = await call('GET', `actors?limit=${MOST_ACTORS}`);
      this.#problem.hidden = true;
      arrange(this.#list, depthFirst(actors).map((actor) => this.#row(actor)));
      this.#forget(new Set(actors.map(({ path }) => path)));
    } catch (problem) {
      setText(this.#problem, problem.message);
      this.#problem.hidden = false;
    }
  }

  #forget(paths) {
    for (const path of this.#rows.keys()) if (!paths.has(path)) this.#rows.delete(path);
  }

  #row(actor) {
    let row = this.#rows.get(actor.path);
    if (!row) {
      row = new Row(actor.path);
      this.#rows.set(actor.path, row);
    }
    row.show(actor);
    return row.node;
  }

  close() {
    clearInterval(this.#timer);
  }
}

class Row {
  #facts = el('span.who');
  node;

  constructor(path) {
    const steps = path.split('/').slice(2);
    const name = steps.at(-1) ?? 'user';
    this.node = el(
      'li',
      { 'data-path': path },
      el('span.name', {}, name),
      this.#facts,
      el('button.danger.operate', { type: 'button', 'aria-label': `Kill ${path}`, onclick: () => kill(path) }, 'Kill…'),
    );
    this.node.style.setProperty('--depth', steps.length);
  }

  show({ state, ageMs, restarts, mailboxSize }) {
    const told = [state, duration(ageMs)];
    if (restarts) told.push(count(restarts, 'restart'));
    if (mailboxSize) told.push(`${mailboxSize} in its mailbox`);
    setText(this.#facts, told.join(' · '));
  }
}

/** Children right behind their parents. */
function depthFirst(actors) {
  const key = ({ path }) => path.split('/').slice(1);
  return [...actors].sort((a, b) => {
    const [left, right] = [key(a), key(b)];
    const at = left.findIndex((step, i) => step !== right[i]);
    if (at < 0) return left.length - right.length;
    return at >= right.length ? 1 : left[at].localeCompare(right[at], 'en', { numeric: true });
  });
}
