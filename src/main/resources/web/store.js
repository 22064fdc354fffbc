// What the server last said. A back-end that changed is another object: views compare by identity.

/** The farm. Listeners are told after each event, with nothing: they look. */
export class Store {
  version = '';
  faultInjection = false;

  /** Which code serves, and replaced code that has sessions to finish. */
  generation = 0;
  draining = [];

  /** Name → proxy, whose `backends` are an array in list order. */
  proxies = new Map();

  /** Newest last. */
  notices = [];

  #listeners = new Set();
  #mostNotices = 100;

  onChange(listener) {
    this.#listeners.add(listener);
  }

  /** The whole state: at the start, after each reconnection, and of another node always. */
  replace(state) {
    this.version = state.version;
    this.faultInjection = state.faultInjection;
    this.generation = state.generation ?? 0;
    this.draining = state.draining ?? [];
    this.notices = kept(this.notices, state.notices ?? [], ({ at, text }) => `${at} ${text}`);
    this.proxies = new Map(state.proxies.map((proxy) => [proxy.name, replaced(this.proxies.get(proxy.name), proxy)]));
    this.#tell();
  }

  /** What has changed; `order` are all proxies if they stand otherwise now. */
  change({ removed = [], order = [], proxies = [], generation, draining }) {
    this.generation = generation ?? this.generation;
    this.draining = draining ?? this.draining;
    for (const name of removed) this.proxies.delete(name);
    for (const patch of proxies) this.proxies.set(patch.name, patched(this.proxies.get(patch.name), patch));
    const standing = order.filter((name) => this.proxies.has(name));
    if (standing.length) this.proxies = new Map(standing.map((name) => [name, this.proxies.get(name)]));
    this.#tell();
  }

  notice(notice) {
    this.notices = [...this.notices, notice].slice(-this.#mostNotices);
    this.#tell();
  }

  /** The back-end of that name, or undefined. */
  backend(proxy, name) {
    return this.proxies.get(proxy)?.backends.find((backend) => backend.name === name);
  }

  #tell() {
    for (const listener of this.#listeners) listener();
  }
}

function replaced(before, now) {
  if (before === undefined) return now;
  return {
    ...now,
    queue: kept(before.queue, now.queue, ({ session }) => session),
    backends: kept(before.backends, now.backends, ({ name }) => name),
  };
}

/** The new list with the old objects where they say the same; the old list if all do. */
function kept(before, now, keyOf) {
  const known = new Map(before.map((item) => [keyOf(item), item]));
  const list = now.map((item) => {
    const old = known.get(keyOf(item));
    return JSON.stringify(old) === JSON.stringify(item) ? old : item;
  });
  return list.length === before.length && list.every((item, i) => item === before[i]) ? before : list;
}

/** A patch has all scalars, and of the lists only what changed. */
function patched(before = { queue: [], backends: [] }, { order, backends = [], ...scalars }) {
  const byName = new Map(before.backends.map((backend) => [backend.name, backend]));
  for (const backend of backends) byName.set(backend.name, backend);
  const names = order ?? [...byName.keys()];
  return {
    ...before,
    ...scalars,
    backends: names.map((name) => byName.get(name)).filter((backend) => backend !== undefined),
  };
}
