// The proxies side by side; which one is shown stands in the page's address.

import { arrange, el, setAttr, setText } from './dom.js';
import { load } from './words.js';

/** One tab a proxy, with what one wants to know of those that are not shown. */
export class Tabs {
  #nav;
  #tabs = new Map();

  constructor(nav) {
    this.#nav = nav;
  }

  /** The name in the address if there is such a proxy, else the first one. */
  static chosen(proxies) {
    let name = '';
    try {
      name = decodeURIComponent(location.hash.slice(1));
    } catch {
      // No name of ours.
    }
    return proxies.has(name) ? name : proxies.keys().next().value;
  }

  show(proxies, chosen) {
    for (const name of this.#tabs.keys()) if (!proxies.has(name)) this.#tabs.delete(name);
    arrange(this.#nav, [...proxies.values()].map((proxy) => this.#tab(proxy, proxy.name === chosen)));
  }

  #tab(proxy, chosen) {
    let tab = this.#tabs.get(proxy.name);
    if (!tab) {
      const text = el('span.load');
      tab = { text, node: el('a', { href: `#${encodeURIComponent(proxy.name)}` }, proxy.name, ' ', text) };
      this.#tabs.set(proxy.name, tab);
    }
    setAttr(tab.node, 'aria-current', chosen ? 'true' : null);
    const failed = proxy.backends.filter((backend) => backend.status === 'failed').length;
    setAttr(tab.node, 'data-failed', failed > 0);
    setText(tab.text, inShort(proxy, failed));
    return tab.node;
  }
}

function inShort({ backends, waiting }, failed) {
  const { busy, slots } = load(backends);
  return [`${busy}/${slots}`, waiting && `${waiting} waiting`, failed && `${failed} failed`].filter(Boolean).join(' · ');
}
