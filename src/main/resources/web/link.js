// How the page stands with what it shows: live, old, or not to be had.

import { el, setAttr, setText } from './dom.js';
import { pageOf } from './node.js';
import { clock, duration } from './words.js';

const WORDS = { live: 'Live', lost: 'Reconnecting', stale: 'Stale', gone: 'No answer' };

/** Says it in the bar, and in a banner as soon as what is shown is old. */
export class Link {
  #word;
  #banner;
  #text = el('span');
  #back = el('a', {}, 'Back to the node that serves this page');

  /**
   * @param {HTMLElement} word in the bar
   * @param {HTMLElement} banner hidden as long as all is well
   */
  constructor(word, banner) {
    this.#word = word;
    this.#banner = banner;
    banner.append(this.#text, this.#back);
  }

  /**
   * @param {'live'|'lost'|'stale'|'gone'} state gone: the server answers, the node that is shown does not
   * @param {number} lastNews when there was news, in ms; 0: never
   * @param {string} why what the server says of a node that is gone
   */
  show(state, lastNews, why = '') {
    setText(this.#word, WORDS[state]);
    setAttr(this.#word, 'data-link', state);
    if (state === 'lost') return;
    const old = state !== 'live';
    document.body.classList.toggle('is-stale', old);
    this.#banner.hidden = !old;
    if (!old) return;
    const reason =
      state === 'gone'
        ? `${why.charAt(0).toUpperCase()}${why.slice(1)}.`
        : `No news from the server${lastNews ? ` for ${duration(Date.now() - lastNews)}` : ''}.`;
    const of = lastNews ? ` What is shown is of ${clock(new Date(lastNews).toISOString())}.` : '';
    setText(this.#text, `${reason}${of} Trying again …`);
    this.#back.hidden = state !== 'gone';
    setAttr(this.#back, 'href', pageOf(null));
  }

  /** Nothing is asked for any more. */
  signedOut() {
    this.#banner.hidden = true;
    setText(this.#word, 'Signed out');
    setAttr(this.#word, 'data-link', 'lost');
  }
}
