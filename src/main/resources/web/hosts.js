// The hosts of a proxy in list order, fastest first, each with its slots.

import { forgetAge, showAge } from './ages.js';
import { arrange, el, setAttr, setText } from './dom.js';
import { Tiles } from './tiles.js';
import { count, duration } from './words.js';

const ROOMY_SLOTS = 96;

/** A list that is changed where the farm has changed. */
export class HostList {
  node = el('ol.hosts');
  #rows = new Map();
  #shown = null;
  #roomy = null;

  /**
   * @param {object[]} backends in list order
   * @param {string} filter only hosts whose name, address or status holds it
   */
  show(backends, filter) {
    const roomy = backends.reduce((slots, backend) => slots + backend.maxConnections, 0) <= ROOMY_SLOTS;
    if (roomy !== this.#roomy) this.#startAnew(roomy);
    const wanted = backends.filter((backend) => matches(backend, filter));
    const nodes = wanted.map((backend) => this.#row(backend.name).node);
    // Ages stop on what is not on the page: a row that comes back is made anew.
    this.#forgetOthers(new Set(wanted.map((backend) => backend.name)));
    if (!sameNodes(nodes, this.#shown)) {
      arrange(this.node, nodes);
      this.#shown = nodes;
    }
    backends.forEach((backend, i) => this.#rows.get(backend.name)?.show(backend, i + 1, roomy));
    this.#keepOneTabStop();
  }

  #startAnew(roomy) {
    this.#roomy = roomy;
    this.node.classList.toggle('roomy', roomy);
  }

  #row(name) {
    let row = this.#rows.get(name);
    if (!row) {
      row = new Row(name);
      this.#rows.set(name, row);
    }
    return row;
  }

  #forgetOthers(names) {
    for (const name of this.#rows.keys()) if (!names.has(name)) this.#rows.delete(name);
  }

  /** The whole list is one stop of the Tab key; arrows move in it. */
  #keepOneTabStop() {
    if (!this.node.querySelector('[tabindex="0"]')) this.node.querySelector('.host-name')?.setAttribute('tabindex', '0');
  }
}

function matches(backend, filter) {
  return !filter || [backend.name, backend.host, backend.status].some((text) => text.toLowerCase().includes(filter));
}

function sameNodes(a, b) {
  return b !== null && a.length === b.length && a.every((node, i) => node === b[i]);
}

class Row {
  #tiles = new Tiles();
  #rank = el('span.rank', { 'aria-hidden': 'true' });
  #grip = el('span.grip.operate', { title: 'Drag to re-order', 'aria-hidden': 'true' }, '⠿');
  #name = el('button.host-name', { type: 'button', tabindex: -1, 'aria-haspopup': 'dialog' });
  #status = el('span.status');
  #load = el('span.load');
  #since = el('time');
  #why = el('span');
  #reason = el('p.reason', { hidden: true }, this.#why, this.#since);
  #backend = null;
  #roomy = null;

  node = el(
    'li.host',
    {},
    el('div.host-head', {}, this.#grip, this.#rank, el('h4', {}, this.#name), this.#status, this.#load),
    this.#reason,
    this.#tiles.node,
  );

  constructor(name) {
    this.node.dataset.name = name;
    setText(this.#name, name);
  }

  show(backend, rank, roomy) {
    setText(this.#rank, rank);
    if (backend === this.#backend && roomy === this.#roomy) return;
    this.#backend = backend;
    this.#roomy = roomy;
    setAttr(this.node, 'data-status', backend.status);
    setText(this.#status, backend.status);
    setAttr(this.#name, 'title', `${backend.host}:${backend.port}`);
    const busy = backend.pending + backend.active;
    setText(this.#load, `${busy}/${backend.maxConnections}`);
    setAttr(this.#load, 'aria-label', `${busy} of ${count(backend.maxConnections, 'slot')} busy`);
    this.#showReason(backend);
    this.#tiles.show(backend, roomy);
  }

  #showReason(backend) {
    const { text, since } = reason(backend);
    this.#reason.hidden = text === '';
    setText(this.#why, text);
    setAttr(this.#reason, 'title', text);
    if (since) {
      showAge(this.#since, since, (ms) => ` · ${duration(ms)} ago`);
    } else {
      forgetAge(this.#since);
      setText(this.#since, '');
    }
  }
}

/** Why a host is not, or not wholly, in use. */
export function reason(backend) {
  const busy = backend.pending + backend.active;
  const finishing = busy ? `, ${count(busy, 'session')} still to finish` : '';
  if (backend.status === 'failed') return { text: backend.lastError ?? 'failed', since: backend.lastErrorTime };
  if (backend.status === 'draining') {
    return { text: `${backend.state === 'drain' ? 'No new sessions' : 'Being removed'}${finishing}` };
  }
  if (backend.status === 'down') return { text: `Taken down by an operator${finishing}` };
  if (backend.onTrial) return { text: `On trial after ${backend.lastError ?? 'a failure'}`, since: backend.lastErrorTime };
  if (backend.slots < backend.maxConnections) {
    return { text: `Starts slowly: ${backend.slots} of ${backend.maxConnections} slots for now` };
  }
  return { text: '' };
}
