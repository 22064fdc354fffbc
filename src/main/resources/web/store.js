// What the server last said. A back-end that changed is another object: views compare by identity.

/** The farm. Listeners are told after each event, with nothing: they look. */
export class Store {
  version = '';
  faultInjection = false;

  /** Name → proxy, whose `backends` are an array in list order. */
  proxies = new Map();

  /** Newest last. */
  notices = [];

  #listeners = new Set();
  #mostNotices = 100;

  onChange(listener) {
    this.#listeners.add(listener);
  }

  /** The whole state, at the start and after each reconnection. */
  replace(state) {
    this.version = state.version;
    this.faultInjection = state.faultInjection;
    this.notices = state.notices ?? [];
    this.proxies = new Map(state.proxies.map((proxy) => [proxy.name, proxy]));
    this.#tell();
  }

  /** What has changed; `order` are all proxies if they stand otherwise now. */
  change({ removed = [], order = [], proxies = [] }) {
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
