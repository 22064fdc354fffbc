// The stream of events: reconnects by itself, and knows when what is shown is old.

import { serverTimeIs } from './ages.js';

const STALE_MS = 12_000;
const RETRY_MS = 2_000;

/**
 * Follows the server.
 *
 * @param {Store} store what events are applied to
 * @param {function('live'|'stale'|'lost', number): void} tell how it stands, at each change and each second while
 *     there is no news, with the time of the last event (0: none yet)
 * @param {function(): void} refused the server hung up on the request, maybe since one must log in
 */
export function follow(store, tell, refused) {
  let source = null;
  let lastEvent = 0;
  let opened = 0;
  let retry = 0;

  const heard = (apply) => (event) => {
    lastEvent = Date.now();
    apply(JSON.parse(event.data));
    tell('live', lastEvent);
  };
  const timed = (apply) =>
    heard((data) => {
      serverTimeIs(data.at);
      apply(data);
    });

  function open() {
    close();
    opened = Date.now();
    source = new EventSource('api/v1/events');
    source.addEventListener('state', timed((state) => store.replace(state)));
    source.addEventListener('change', timed((change) => store.change(change)));
    source.addEventListener('notice', heard((notice) => store.notice(notice)));
    source.addEventListener('alive', timed(() => {}));
    source.addEventListener('error', () => {
      tell('lost', lastEvent);
      // A connection that broke is opened anew by the browser; one that was refused is not.
      if (source?.readyState === EventSource.CLOSED) {
        close();
        retry = setTimeout(open, RETRY_MS);
        refused();
      }
    });
  }

  function close() {
    clearTimeout(retry);
    source?.close();
    source = null;
  }

  const started = Date.now();
  const watch = setInterval(() => {
    if (Date.now() - (lastEvent || started) >= STALE_MS) tell('stale', lastEvent);
    // A half-open connection never ends by itself.
    if (Date.now() - Math.max(lastEvent, opened) >= STALE_MS) open();
  }, 1000);

  open();
  return () => {
    clearInterval(watch);
    close();
  };
}
