// Numbers, times and states, as people read them.

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** "7 s", "3 min 20 s", "2 h 5 min", "4 d". */
export function duration(ms) {
  if (ms < MINUTE) return `${Math.max(0, Math.floor(ms / SECOND))} s`;
  if (ms < HOUR) return pair(ms, MINUTE, 'min', SECOND, 's');
  if (ms < DAY) return pair(ms, HOUR, 'h', MINUTE, 'min');
  return `${Math.floor(ms / DAY)} d`;
}

function pair(ms, large, largeUnit, small, smallUnit) {
  const rest = Math.floor((ms % large) / small);
  return `${Math.floor(ms / large)} ${largeUnit}${rest ? ` ${rest} ${smallUnit}` : ''}`;
}

/** Short enough for a tile: "7s", "3:20", "2h05". */
export function shortAge(ms) {
  const s = Math.max(0, Math.floor(ms / SECOND));
  const two = (n) => String(n).padStart(2, '0');
  if (s < 60) return `${s}s`;
  if (s < 3600) return `${Math.floor(s / 60)}:${two(s % 60)}`;
  return `${Math.floor(s / 3600)}h${two(Math.floor((s % 3600) / 60))}`;
}

/** Milliseconds as people measure waits: "3 ms", "1.2 s", "4 min". */
export function wait(ms) {
  if (ms === null || ms === undefined) return '–';
  if (ms < 10) return `${Number(ms).toFixed(ms < 1 && ms > 0 ? 1 : 0)} ms`;
  if (ms < SECOND) return `${Math.round(ms)} ms`;
  if (ms < MINUTE) return `${(ms / SECOND).toFixed(1)} s`;
  return duration(ms);
}

export function bytes(n) {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  let i = 0;
  while (n >= 1000 && i < units.length - 1) {
    n /= 1000;
    i++;
  }
  return `${n < 10 && i > 0 ? n.toFixed(1) : Math.round(n)} ${units[i]}`;
}

export function rate(n) {
  return n === 0 ? '0' : n < 10 ? n.toFixed(1) : String(Math.round(n));
}

/** The time of day; with the date when it is another day. */
export function clock(iso) {
  const at = new Date(iso);
  const time = at.toLocaleTimeString([], { hour: '2-digit', minute: '2-digit', second: '2-digit', hour12: false });
  return at.toDateString() === new Date().toDateString() ? time : `${at.toLocaleDateString()} ${time}`;
}

export function count(n, one, many = `${one}s`) {
  return `${n} ${n === 1 ? one : many}`;
}

/** The last part of a path. */
export function baseName(file) {
  return file.slice(file.lastIndexOf('/') + 1) || file;
}

/** A client without its port. */
export function address(client) {
  return client.replace(/:\d+$/, '');
}

/** What a session does. */
export function doing(session) {
  const what = session.file ? ` ${session.file}` : '';
  const tool = session.compiler ? ` with ${session.compiler}` : '';
  return `${session.phase === 'connecting' ? 'pending: connecting' : session.phase}${what}${tool}, for ${session.client}`;
}

/** How many slots of these back-ends there are, and are in use. */
export function load(backends) {
  const sum = (of) => backends.reduce((total, backend) => total + of(backend), 0);
  return { busy: sum(({ pending, active }) => pending + active), slots: sum(({ maxConnections }) => maxConnections) };
}

/** Which code serves, and what of replaced code still goes on. */
export function codeInWords({ version, generation, draining }) {
  if (!generation) return '';
  const rest = draining.map((old) => `generation ${old.number} (${old.version}) drains, sessions left: ${old.sessions}`);
  return [`TCPBalance ${version}, generation ${generation}`, ...rest].join(' · ');
}
