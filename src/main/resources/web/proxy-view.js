// Everything of one proxy.

import * as actions from './actions.js';
import { Charts } from './charts.js';
import { el, setAttr, setText } from './dom.js';
import { dragging } from './drag.js';
import { followHistory } from './history.js';
import { HostList } from './hosts.js';
import { Notices } from './notices.js';
import { Queue } from './queue.js';
import { hostSheet, sessionSheet } from './sheet.js';
import { clock, count, load } from './words.js';

const FILTER_FROM = 10;
const PHASES = {
  distcc: ['idle', 'connecting', 'sending', 'compiling', 'replying'],
  tcp: ['idle', 'connecting', 'relaying'],
};

/** One proxy's part of the page, until {@link ProxyView#close}. */
export class ProxyView {
  #name;
  #store;
  #mayOperate;
  #facts = el('p.facts');
  #accepting = el('span.status');
  #hosts = new HostList();
  #summary = el('span.hint');
  #none = el('p.hint', { hidden: true }, 'No host yet: clients wait until one is added.');
  #filter = el('input', { type: 'search', placeholder: 'Filter', 'aria-label': 'Filter hosts', autocomplete: 'off' });
  #queue = new Queue();
  #queueTitle = el('span.count');
  #notices = new Notices();
  #charts = new Charts();
  #stopHistory;
  #shown = {};
  node;

  /** @param {function(): boolean} mayOperate whether this user may change anything */
  constructor(proxy, store, mayOperate) {
    this.#name = proxy.name;
    this.#store = store;
    this.#mayOperate = mayOperate;
    this.node = el('section.proxy', { 'aria-labelledby': 'proxy-name' }, this.#head(), this.#charts.node, this.#body(proxy));
    this.#stopHistory = followHistory(proxy.name, (samples) => this.#charts.show(samples));
    this.#listen();
  }

  #head() {
    return el(
      'header.proxy-head',
      {},
      el('div', {}, el('h2', { id: 'proxy-name' }, this.#name), this.#accepting, this.#facts),
      el(
        'div.buttons.operate',
        {},
        el('button', { type: 'button', onclick: () => actions.resetAll(this.#name) }, 'Reset all…'),
        el('button.primary', { type: 'button', onclick: () => actions.add(this.#name, this.#list()) }, 'Add host…'),
      ),
    );
  }

  #body(proxy) {
    return el(
      'div.columns',
      {},
      el(
        'section.panel.farm',
        { 'aria-labelledby': 'hosts-title' },
        el('header', {}, el('h3', { id: 'hosts-title' }, 'Hosts'), this.#summary, legend(proxy.protocol), this.#filter),
        this.#none,
        this.#hosts.node,
      ),
      el(
        'div.side',
        {},
        panel('Waiting', 'queue-title', this.#queue.node, this.#queueTitle),
        panel('Lately', 'notices-title', this.#notices.node),
      ),
    );
  }

  #listen() {
    this.#filter.addEventListener('input', () => this.#showHosts(this.#proxy()));
    this.#hosts.node.addEventListener('click', (event) => this.#onHostsClick(event.target));
    this.#queue.node.addEventListener('click', ({ target }) => {
      const id = Number(target.closest('[data-session]')?.dataset.session);
      const waiter = this.#proxy().queue.find(({ session }) => session === id);
      if (!waiter) return;
      const session = { ...waiter, phase: 'waiting', since: waiter.arrivedAt };
      sessionSheet(this.#name, session, null, this.#mayOperate());
    });
    dragging(this.#hosts.node, (name, after) => {
      const backend = this.#store.backend(this.#name, name);
      if (backend) actions.move(this.#name, this.#list(), backend, after);
    });
  }

  #onHostsClick(target) {
    const name = target.closest('.host')?.dataset.name;
    const backend = name && this.#store.backend(this.#name, name);
    if (!backend) return;
    const tile = target.closest('[data-session]');
    const session = tile && backend.sessions.find((one) => one.session === Number(tile.dataset.session));
    if (session) sessionSheet(this.#name, session, name, this.#mayOperate());
    else if (target.closest('.host-name')) hostSheet(this.#name, this.#list(), backend, this.#mayOperate());
  }

  /** Moves the host by so many places, as the keys ask. */
  moveBy(name, places) {
    const backend = this.#store.backend(this.#name, name);
    if (backend && this.#mayOperate()) actions.moveBy(this.#name, this.#list(), backend, places);
  }

  focusFilter() {
    if (!this.#filter.hidden) this.#filter.focus();
  }

  #proxy() {
    return this.#store.proxies.get(this.#name);
  }

  #list() {
    return this.#proxy()?.backends ?? [];
  }

  /** Brings the page to what the store says; what has not changed is not touched. */
  render() {
    const proxy = this.#proxy();
    if (!proxy) return;
    const trouble = troubleOf(proxy);
    setText(this.#accepting, trouble ?? 'accepting');
    setAttr(this.#accepting, 'data-status', trouble ? 'failed' : 'up');
    setAttr(this.#accepting, 'title', proxy.stalled?.reason);
    setText(this.#facts, `${proxy.protocol} on ${proxy.listen} · since ${clock(proxy.startedAt)}`);
    this.#showHosts(proxy);
    if (proxy.queue !== this.#shown.queue || proxy.waiting !== this.#shown.waiting) {
      this.#queue.show(proxy);
      setText(this.#queueTitle, proxy.waiting || '');
    }
    if (this.#store.notices !== this.#shown.notices) this.#notices.show(this.#store.notices, this.#name);
    this.#shown = { queue: proxy.queue, waiting: proxy.waiting, notices: this.#store.notices };
  }

  #showHosts({ backends, waiting }) {
    this.#filter.hidden = backends.length < FILTER_FROM;
    this.#none.hidden = backends.length > 0;
    const now = load(backends);
    setText(this.#summary, summary(backends, now));
    this.#charts.showNow({ busySlots: now.busy, slots: now.slots, waiting });
    this.#hosts.show(backends, this.#filter.hidden ? '' : this.#filter.value.trim().toLowerCase());
  }

  redraw() {
    this.#charts.redraw();
  }

  close() {
    this.#stopHistory();
    this.#charts.close();
    this.node.remove();
  }
}

function panel(title, id, content, more = null) {
  return el('section.panel', { 'aria-labelledby': id }, el('header', {}, el('h3', { id }, title), more), content);
}

function legend(protocol) {
  const keys = PHASES[protocol].map((phase) =>
    el('li', {}, el('i.tile', { 'data-phase': phase, 'aria-hidden': 'true' }), phase === 'connecting' ? 'pending' : phase),
  );
  return el('ul.legend', { 'aria-label': 'Colours of the tiles' }, ...keys);
}

/** Why nobody is served, or null. */
function troubleOf(proxy) {
  if (!proxy.accepting) return 'not accepting';
  if (proxy.answers === false) return 'does not answer';
  return proxy.stalled ? 'gives no slots' : null;
}

/** "14 of 16 slots busy · 6 up, 1 failed". */
function summary(backends, { busy, slots }) {
  const states = ['up', 'failed', 'draining', 'down']
    .map((status) => [backends.filter((backend) => backend.status === status).length, status])
    .filter(([n]) => n > 0)
    .map(([n, status]) => `${n} ${status}`);
  return [`${busy} of ${count(slots, 'slot')} busy`, states.join(', ')].filter(Boolean).join(' · ');
}
