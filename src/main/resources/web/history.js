// The last half hour of a proxy: fetched whole once, then what is new.

import { call, proxyPath } from './api.js';

const MOST_SAMPLES = 360;
const EVERY_MS = 5_000;

/**
 * Fetches until it is told to stop.
 *
 * @param {string} proxy
 * @param {function(object[]): void} show gets all samples, oldest first, when there are new ones
 * @returns {function(): void} ends it
 */
export function followHistory(proxy, show) {
  let samples = [];
  let ended = false;
  let asking = false;

  /** One at a time: two that are slow would both bring the same samples. */
  async function fetchNew() {
    if (asking) return;
    asking = true;
    const last = samples.at(-1)?.at;
    const after = last ? `?after=${encodeURIComponent(last)}` : '';
    try {
      const { samples: fresh } = await call('GET', proxyPath(proxy, `history${after}`));
      if (ended || fresh.length === 0) return;
      samples = [...samples, ...fresh].slice(-MOST_SAMPLES);
      show(samples);
    } catch {
      // The page says already that the server is not to be had; the next try fills the gap.
    } finally {
      asking = false;
    }
  }

  fetchNew();
  const timer = setInterval(() => {
    if (!document.hidden) fetchNew();
  }, EVERY_MS);
  return () => {
    ended = true;
    clearInterval(timer);
  };
}
