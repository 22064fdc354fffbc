// One host, or one session, in full, with all that can be done about it.

import * as actions from './actions.js';
import { age } from './ages.js';
import { closeButton, modal } from './dialogs.js';
import { el } from './dom.js';
import { reason } from './hosts.js';
import { bytes, clock, count, duration, wait } from './words.js';

/** Shows a host. Choosing an action closes the sheet, so that its message can be seen and undone. */
export function hostSheet(proxy, list, backend, mayOperate) {
  const place = list.findIndex(({ name }) => name === backend.name);
  const doIt = (word, act, { off = false, kind = '' } = {}) =>
    el(kind ? `button.${kind}` : 'button', { type: 'button', disabled: off, onclick: closingFirst(act) }, word);
  const by = (places) => () => actions.moveBy(proxy, list, backend, places);
  const first = place === 0;
  const last = place === list.length - 1;
  const rows = mayOperate
    ? [
        group(
          'State',
          doIt('Up', () => actions.up(proxy, backend), { off: backend.status === 'up' }),
          doIt('Drain…', () => actions.drain(proxy, backend), { off: backend.state === 'drain' }),
          doIt('Down…', () => actions.down(proxy, backend), { off: backend.state === 'down' }),
          doIt('Reset…', () => actions.reset(proxy, backend)),
        ),
        group(
          'Place',
          doIt('First', by(-list.length), { off: first }),
          doIt('Move up', by(-1), { off: first }),
          doIt('Move down', by(1), { off: last }),
          doIt('Last', by(list.length), { off: last }),
        ),
        group(
          'Host',
          doIt('Resize…', () => actions.resize(proxy, backend)),
          doIt('Remove…', () => actions.remove(proxy, list, backend), { kind: 'danger' }),
        ),
      ]
    : [];
  modal(backend.name, facts(hostFacts(backend, place)), ...rows, el('div.buttons', {}, closeButton('Close')));
}

/** So that the next dialog gives the focus back to where this one was opened. */
function closingFirst(act) {
  return ({ target }) => {
    target.closest('dialog').close();
    act();
  };
}

function group(title, ...buttons) {
  return el('div.group', { role: 'group', 'aria-label': title }, el('span', {}, title), ...buttons);
}

function hostFacts(backend, place) {
  const busy = backend.pending + backend.active;
  return [
    ['Address', `${backend.host}:${backend.port}`],
    ['Status', [backend.status, reason(backend).text].filter(Boolean).join(': ')],
    ['Place', place === 0 ? 'first' : `${place + 1} in the list`],
    ['Slots', `${busy} of ${backend.maxConnections} busy${backend.learnsSlots ? ', as it tells itself' : ''}`],
    ['Compilers', backend.compilers?.length ? backend.compilers.join(' ') : 'any'],
    ['Sessions', `${backend.activeCount}, ${meanTime(backend)}`],
    ['Bytes', `${bytes(backend.bytesIn)} to it, ${bytes(backend.bytesOut)} back`],
    ['Last error', backend.lastError ? `${backend.lastError} (${clock(backend.lastErrorTime)})` : 'none'],
  ];
}

function meanTime({ activeCount, activeTimeMs }) {
  return activeCount ? `${wait(activeTimeMs / activeCount)} each` : 'none yet';
}

/** Shows who has a slot, or waits for one. */
export function sessionSheet(proxy, session, backend, mayOperate) {
  const close = el(
    'button.danger',
    { type: 'button', onclick: closingFirst(() => actions.closeSession(proxy, session)) },
    'Close session…',
  );
  const shown = [
    ['Client', session.client],
    ['Host', backend ?? `none yet, ${session.position} in the queue`],
    ['Does', session.phase],
    ['File', session.file],
    ['Compiler', session.compiler],
    ['Since', `${clock(session.since)} (${duration(age(session.since))})`],
    ['Attempts', session.attempts === undefined ? null : count(session.attempts, 'host')],
  ];
  modal(
    `Session ${session.session}`,
    facts(shown.filter(([, value]) => value)),
    el('div.buttons', {}, closeButton('Back'), mayOperate ? close : null),
  );
}

function facts(pairs) {
  return el('dl', {}, ...pairs.flatMap(([name, value]) => [el('dt', {}, name), el('dd', {}, String(value))]));
}
