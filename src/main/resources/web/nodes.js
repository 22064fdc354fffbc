// The nodes of the cluster: which one is shown, how they are, and the way to the others.

import { callHere } from './api.js';
import { closeButton, modal } from './dialogs.js';
import { arrange, el, setAttr, setText } from './dom.js';
import { NODE, pageOf } from './node.js';
import { duration } from './words.js';

const EVERY_MS = 5_000;
const COLUMNS = ['Node', 'State', 'Up for', 'Version', 'Proxies', 'In the cluster'];
const UNKNOWN = '–';

/** Looks at the cluster from {@link Nodes#start} to {@link Nodes#stop}. */
export class Nodes {
  #button;
  #banner;
  #body = el('tbody');
  #rows = new Map();
  #nodes = [];
  #timer = 0;
  #round = 0;

  /**
   * @param {HTMLButtonElement} button shown where there is more than one node
   * @param {HTMLElement} banner shown where the majority is lost
   */
  constructor(button, banner) {
    this.#button = button;
    this.#banner = banner;
    button.addEventListener('click', () => this.open());
  }

  /** Begins; returns when the nodes are known for the first time, or cannot be. */
  start() {
    this.stop();
    return this.#look(this.#round);
  }

  /** Ends it, and forgets what was seen. */
  stop() {
    this.#round++;
    clearTimeout(this.#timer);
    this.#nodes = [];
    this.#banner.hidden = true;
    this.#button.hidden = true;
  }

  /** Whether the node that is shown is another than the one that serves the page, as far as is known. */
  get elsewhere() {
    const self = this.#self;
    return NODE !== null && self?.name !== NODE && self?.address !== NODE;
  }

  get #self() {
    return this.#nodes.find(({ self }) => self);
  }

  async #look(round) {
    let more = true;
    try {
      const seen = document.hidden ? null : await callHere('GET', 'nodes');
      if (round !== this.#round) return;
      if (seen) this.#show(seen);
      more = seen?.cluster ?? true;
    } catch {
      // The page says already that the server is not to be had.
      if (round !== this.#round) return;
      this.#showButton();
    }
    if (more) this.#timer = setTimeout(() => this.#look(round), EVERY_MS);
  }

  #show({ majority, nodes }) {
    this.#nodes = nodes;
    this.#banner.hidden = majority;
    setText(
      this.#banner,
      `Node ${this.#self?.name} is not in touch with the majority of the cluster: its shared proxies use no new slot.`,
    );
    this.#showButton();
    if (this.#body.isConnected) this.#showRows();
  }

  #showButton() {
    this.#button.hidden = NODE === null && this.#nodes.length < 2;
    const away = this.#nodes.filter(({ reachable }) => !reachable).length;
    const shown = NODE ?? this.#self?.name ?? '';
    setText(this.#button, `Node: ${shown}${away ? ` · ${away} of ${this.#nodes.length} out of reach` : ''}`);
    setAttr(this.#button, 'data-elsewhere', this.elsewhere);
    setAttr(this.#button, 'data-failed', away > 0);
  }

  /** All nodes, in a dialog that goes on with the time. */
  open() {
    if (this.#button.hidden) return;
    this.#rows.clear();
    this.#showRows();
    const head = el('tr', {}, ...COLUMNS.map((name) => el('th', { scope: 'col' }, name)));
    const table = el('table.nodes', {}, el('thead', {}, head), this.#body);
    modal('Nodes', table, el('div.buttons', {}, closeButton('Close'))).classList.add('wide');
    this.#body.querySelector('[aria-current]')?.focus();
  }

  #showRows() {
    arrange(
      this.#body,
      this.#nodes.map((node) => {
        const row = this.#rows.get(node.name) ?? new Row(node);
        this.#rows.set(node.name, row);
        row.show(node);
        return row.node;
      }),
    );
  }
}

/** A row stays as long as the dialog: the focus may be in it. */
class Row {
  #status = el('span.status');
  #uptime = el('td');
  #version = el('td');
  #proxies = el('td');
  #duty = el('td');
  node;

  constructor({ name, address, self }) {
    const isShown = NODE === null ? self : name === NODE || address === NODE;
    const link = el('a', { href: pageOf(self ? null : name), 'aria-current': isShown ? 'true' : null }, name);
    const about = el('span.who', {}, self ? 'serves this page' : address);
    this.node = el(
      'tr',
      { 'data-node': name },
      el('th', { scope: 'row' }, link, about),
      el('td', {}, this.#status),
      this.#uptime,
      this.#version,
      this.#proxies,
      this.#duty,
    );
  }

  /** Of a node that is out of reach little is known. */
  show({ status, reachable, version, generation, uptimeMs, proxies, deciding, vote }) {
    const short = !reachable ? 'failed' : status === 'up' ? 'up' : 'draining';
    setText(this.#status, reachable ? status : 'out of reach');
    setAttr(this.#status, 'data-status', short);
    setText(this.#uptime, uptimeMs === null ? UNKNOWN : duration(uptimeMs));
    setText(this.#version, generation ? `${version}, generation ${generation}` : (version ?? UNKNOWN));
    setText(this.#proxies, proxies === null ? UNKNOWN : proxies.join(', ') || 'none');
    setText(this.#duty, deciding ? 'decides' : vote ? 'votes' : 'does not vote');
  }
}
