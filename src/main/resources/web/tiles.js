// A tile a slot. A session keeps its tile as long as it has the slot.

import { forgetAge, showAge } from './ages.js';
import { el, setAttr, setText } from './dom.js';
import { address, baseName, clock, doing, shortAge } from './words.js';

/** The tiles of one host. */
export class Tiles {
  node = el('ol.tiles', { 'aria-label': 'Slots' });
  #tiles = [];

  /**
   * @param {object} backend
   * @param {boolean} roomy whether there is room for words in the tiles
   */
  show(backend, roomy) {
    this.#settle([...(backend.sessions ?? []), ...(backend.elsewhere ?? []).map(remote)], Math.max(backend.slots, backend.maxConnections));
    const closed = backend.status !== 'up';
    this.#tiles.forEach((tile, slot) => tile.show(slot, idleAs(slot, backend, closed), roomy));
  }

  /** Gives each new session the first free tile, and adds and removes tiles as there are slots. */
  #settle(sessions, slots) {
    const here = new Map(sessions.map((session) => [session.session, session]));
    for (const tile of this.#tiles) {
      const id = tile.session?.session;
      tile.session = here.get(id) ?? null;
      here.delete(id);
    }
    for (const session of here.values()) this.#free().session = session;
    while (this.#tiles.length < slots) this.#grow();
    while (this.#tiles.length > slots && this.#tiles.at(-1).session === null) this.#tiles.pop().node.remove();
  }

  #free() {
    return this.#tiles.find((tile) => tile.session === null) ?? this.#grow();
  }

  #grow() {
    const tile = new Tile();
    this.#tiles.push(tile);
    this.node.append(tile.node);
    return tile;
  }
}

/** A session of another daemon, by a number that none here has. */
function remote({ node, session, phase }) {
  return { session: `${node}/${session}`, node, phase };
}

function idleAs(slot, backend, closed) {
  if (slot >= backend.maxConnections) return 'gone';
  if (closed) return 'closed';
  return slot < backend.slots ? 'idle' : 'held';
}

const IDLE_WORDS = { idle: 'idle', closed: 'not in use', held: 'held back', gone: 'being taken away' };

function wordsOf(session) {
  return session.node
    ? `${session.phase}, session ${session.session}`
    : `${doing(session)}, since ${clock(session.since)}`;
}

class Tile {
  session = null;
  #what = el('span.what');
  #who = el('span.who');
  #age = el('time');
  #button = el('button.tile', { type: 'button', tabindex: -1 });
  node = el('li', {}, this.#button);

  show(slot, idle, roomy) {
    const session = this.session;
    const state = session?.phase ?? idle;
    const words = session ? wordsOf(session) : IDLE_WORDS[idle];
    const label = `Slot ${slot + 1}: ${words}`;
    setAttr(this.#button, 'data-phase', state);
    setAttr(this.#button, 'data-session', session?.session);
    setAttr(this.#button, 'disabled', session === null || session.node !== undefined);
    setAttr(this.#button, 'aria-label', label);
    setAttr(this.#button, 'title', label);
    if (roomy) this.#showWords(session, IDLE_WORDS[idle]);
    else if (this.#button.firstChild) this.#button.replaceChildren();
  }

  #showWords(session, idleWord) {
    if (!this.#button.firstChild) this.#button.append(this.#what, this.#who, this.#age);
    setText(this.#what, session ? (session.file ? baseName(session.file) : session.phase) : idleWord);
    setText(this.#who, session ? session.node ?? address(session.client) : '');
    if (session?.since) {
      showAge(this.#age, session.since, shortAge);
    } else {
      forgetAge(this.#age);
      setText(this.#age, '');
    }
  }
}
