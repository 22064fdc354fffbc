// What an operator can do. What takes capacity or work away is confirmed; what can be undone can be.

import { backendPath, call, proxyPath } from './api.js';
import { ask } from './dialogs.js';
import { toast } from './toasts.js';
import { count, doing } from './words.js';


/** Does it, says so, and says what went wrong where no dialog is open to say it. */
async function attempt(act) {
  try {
    await act();
  } catch (problem) {
    toast(problem.message, { problem: true });
  }
}

function change(proxy, name, wish) {
  return call('PATCH', backendPath(proxy, name), wish);
}

/** A change was made: says so, and that it was not recorded if the server says that. */
function done(text, answer, undo) {
  toast(answer?.warning ? `${text} ${answer.warning}` : text, { undo, problem: Boolean(answer?.warning) });
}

async function changed(proxy, backend, wish, before, text) {
  const answer = await change(proxy, backend.name, wish);
  done(text, answer, async () => void (await change(proxy, backend.name, before)));
}

const running = (backend) => backend.pending + backend.active;

export function up(proxy, backend) {
  return attempt(() =>
    changed(proxy, backend, { state: 'up' }, { state: backend.state }, `${backend.name} is up.`),
  );
}

export function drain(proxy, backend) {
  return ask({
    title: `Drain ${backend.name}?`,
    text: `It gets no new sessions. ${whatIsRunning(backend)}`,
    confirm: 'Drain',
    act: () => changed(proxy, backend, { state: 'drain' }, { state: backend.state }, `${backend.name} is draining.`),
  });
}

export function down(proxy, backend) {
  return ask({
    title: `Take ${backend.name} down?`,
    text: `It gets no new sessions and is not probed until it is put up. ${whatIsRunning(backend)}`,
    confirm: 'Take down',
    danger: true,
    act: () => changed(proxy, backend, { state: 'down' }, { state: backend.state }, `${backend.name} is down.`),
  });
}

function whatIsRunning(backend) {
  const n = running(backend);
  return n ? `The ${count(n, 'session')} it has may finish.` : 'It has no sessions now.';
}

export function resize(proxy, backend) {
  return ask({
    title: `Resize ${backend.name}`,
    text: 'How many sessions it may have at once. A smaller number closes none.',
    fields: [slotsField(slotsWanted(backend))],
    confirm: 'Resize',
    act: (wish) => {
      const maxConnections = numberOrAuto(wish.maxConnections);
      const text =
        maxConnections === 'auto'
          ? `${backend.name} tells its slots itself.`
          : `${backend.name} has ${count(maxConnections, 'slot')}.`;
      return changed(proxy, backend, { maxConnections }, { maxConnections: slotsWanted(backend) }, text);
    },
  });
}

/** What an operator or the configuration wants: not what was learned. */
function slotsWanted({ learnsSlots, maxConnections }) {
  return learnsSlots ? 'auto' : maxConnections;
}

function numberOrAuto(text) {
  return text === 'auto' ? text : Number(text);
}

function slotsField(value) {
  return {
    name: 'maxConnections',
    label: 'Slots',
    value,
    hint: 'A number, or auto: as many as its distccd tells (distccd --stats).',
    attributes: { pattern: 'auto|[1-9][0-9]{0,5}', required: true, autocapitalize: 'off' },
  };
}

/** Puts it behind the one of that name, or first if that is null. */
export function move(proxy, list, backend, after) {
  const before = predecessor(list, backend.name);
  if (after === before || after === backend.name) return Promise.resolve();
  const where = after === null ? 'first' : `behind ${after}`;
  return attempt(() => changed(proxy, backend, { after }, { after: before }, `${backend.name} is now ${where}.`));
}

/** Moves it by so many places, as far as there are any. */
export function moveBy(proxy, list, backend, places) {
  const others = list.filter((other) => other.name !== backend.name);
  const from = list.findIndex((other) => other.name === backend.name);
  const to = Math.min(others.length, Math.max(0, from + places));
  return move(proxy, list, backend, to === 0 ? null : others[to - 1].name);
}

function predecessor(list, name) {
  const at = list.findIndex((backend) => backend.name === name);
  return at > 0 ? list[at - 1].name : null;
}

export function add(proxy, list) {
  const places = [['', 'Last'], ['/', 'First'], ...list.map(({ name }) => [name, `Behind ${name}`])];
  return ask({
    title: `Add a host to ${proxy}`,
    fields: [
      { name: 'name', label: 'Name', attributes: { required: true, maxlength: 253, autocapitalize: 'off' } },
      { name: 'host', label: 'Address', hint: 'Host name or IP address; empty: the same as the name.' },
      {
        name: 'port',
        label: 'Port',
        type: 'number',
        hint: "Empty: the proxy's own.",
        attributes: { min: 1, max: 65_535, step: 1, inputmode: 'numeric' },
      },
      slotsField(1),
      { name: 'compilers', label: 'Compilers', hint: 'Patterns with spaces between, as gcc-12 clang*; empty: any.' },
      { name: 'place', label: 'Place', options: places, hint: 'Fastest first.' },
      { name: 'state', label: 'Start as', options: [['up', 'Up'], ['drain', 'Draining'], ['down', 'Down']], value: 'up' },
    ],
    confirm: 'Add',
    act: (wish) => added(proxy, newBackend(wish)),
  });
}

function newBackend({ name, host, port, maxConnections, compilers, place, state }) {
  return {
    name,
    maxConnections: numberOrAuto(maxConnections),
    state,
    ...(host && { host }),
    ...(port && { port: Number(port) }),
    ...(compilers && { compilers: compilers.split(/\s+/) }),
    ...(place && { after: place === '/' ? null : place }),
  };
}

async function added(proxy, wish) {
  const answer = await call('POST', proxyPath(proxy, 'backends'), wish);
  done(`${wish.name} was added.`, answer, async () => void (await call('DELETE', backendPath(proxy, wish.name))));
}

export function remove(proxy, list, backend) {
  const n = running(backend);
  return ask({
    title: `Remove ${backend.name}?`,
    text: n
      ? `It gets no new sessions, and is forgotten when the ${count(n, 'session')} it has ended.`
      : 'It is forgotten, with its counters.',
    fields: n ? [{ name: 'force', label: `Close the ${count(n, 'session')} now`, type: 'checkbox', value: false }] : [],
    confirm: 'Remove',
    danger: true,
    act: async ({ force }) => {
      const { name, host, port, statsPort, state, compilers } = backend;
      const maxConnections = slotsWanted(backend);
      const again = { name, host, port, maxConnections, statsPort, state, compilers, after: predecessor(list, name) };
      const answer = await call('DELETE', backendPath(proxy, name, force ? '?force=true' : ''));
      done(
        force ? `${name} was removed.` : `${name} is removed as soon as it has no sessions.`,
        answer,
        async () => void (await addedAgain(proxy, again)),
      );
    },
  });
}

/** Whoever it stood behind may be gone since: then it comes last. */
async function addedAgain(proxy, wish) {
  try {
    await call('POST', proxyPath(proxy, 'backends'), wish);
  } catch (problem) {
    if (problem.status !== 422 || wish.after === undefined) throw problem;
    await addedAgain(proxy, { ...wish, after: undefined });
  }
}

export function reset(proxy, backend) {
  return ask({
    title: `Reset ${backend.name}?`,
    text: 'It is up and taken for healthy, whatever was seen or wanted before.',
    confirm: 'Reset',
    act: async () => done(`${backend.name} was reset.`, await call('POST', backendPath(proxy, backend.name, '/reset'))),
  });
}

export function resetAll(proxy) {
  return ask({
    title: `Reset every host of ${proxy}?`,
    text: 'All of them are up and taken for healthy, those that are draining or down too. The start time begins anew.',
    confirm: 'Reset all',
    danger: true,
    act: async () => done(`Every host of ${proxy} was reset.`, await call('POST', proxyPath(proxy, 'reset'))),
  });
}

export function closeSession(proxy, session) {
  return ask({
    title: `Close session ${session.session}?`,
    text: `Its connections are closed: ${doing(session)}.`,
    confirm: 'Close session',
    danger: true,
    act: async () => {
      await call('DELETE', proxyPath(proxy, `sessions/${session.session}`));
      done(`Session ${session.session} was closed.`);
    },
  });
}

export function kill(path) {
  return ask({
    title: 'Kill this actor?',
    text: `${path} throws, and its parent restarts it; a session ends. The README tells what each death costs.`,
    confirm: 'Kill',
    danger: true,
    act: async () => done(`${path} was killed.`, await call('POST', 'actors/kill', { path })),
  });
}
