// Requests to the server, which carries them to the node that is shown. Its errors are sentences for people, and are
// passed on as they are.

import { ofNode } from './node.js';

/** Longer than the server waits for anything that the page asks for. */
const TIMEOUT_MS = 15_000;

/** Why something was not done; status 0: the server did not answer. */
export class ApiProblem extends Error {
  constructor(message, status) {
    super(message);
    this.status = status;
  }
}

/** Sends a request to the node that is shown and returns what its JSON says, or null if there is none. */
export function call(method, path, body) {
  return callHere(method, ofNode(path), body);
}

/** The same to the node that serves the page, whichever is shown. */
export async function callHere(method, path, body) {
  let response;
  try {
    response = await fetch(`api/v1/${path}`, {
      method,
      headers: body === undefined ? {} : { 'Content-Type': 'application/json' },
      body: body === undefined ? undefined : JSON.stringify(body),
      cache: 'no-store',
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
  } catch {
    throw new ApiProblem('the server does not answer', 0);
  }
  const said = await response.json().catch(() => null);
  if (!response.ok) {
    throw new ApiProblem(said?.error ?? `the server answered ${response.status}`, response.status);
  }
  return said;
}

export function backendPath(proxy, backend, rest = '') {
  return `${proxyPath(proxy, 'backends')}/${encodeURIComponent(backend)}${rest}`;
}

export function proxyPath(proxy, rest) {
  return `proxies/${encodeURIComponent(proxy)}/${rest}`;
}
