// The state of another node, asked for again and again: events come from the node only that serves the page.

import { serverTimeIs } from './ages.js';
import { call } from './api.js';

const EVERY_MS = 1_000;
const RETRY_MS = 2_000;
const STALE_MS = 12_000;

/**
 * Follows the node that is shown; like follow() of live.js.
 *
 * @param {Store} store what each state is put into
 * @param {function('live'|'stale'|'lost'|'gone', number, string): void} tell how it stands, with the time of the last
 *     state (0: none yet), and why there is no other
 * @param {function(): void} refused one must log in
 * @returns {function(): void} ends it
 */
export function poll(store, tell, refused) {
  const started = Date.now();
  let lastState = 0;
  let ended = false;
  let timer = 0;

  async function look() {
    let wait = EVERY_MS;
    try {
      if (!document.hidden) show(await call('GET', 'live'));
    } catch (problem) {
      wait = RETRY_MS;
      if (!ended) explain(problem);
    }
    if (!ended) timer = setTimeout(look, wait);
  }

  function show(state) {
    if (ended) return;
    lastState = Date.now();
    serverTimeIs(state.at);
    store.replace(state);
    tell('live', lastState);
  }

  function explain({ status, message }) {
    const old = Date.now() - (lastState || started) >= STALE_MS;
    if (status === 0) tell(old ? 'stale' : 'lost', lastState);
    else if (status === 401) refused();
    else tell('gone', lastState, message);
  }

  look();
  return () => {
    ended = true;
    clearTimeout(timer);
  };
}
