// Requests to the server. Its errors are sentences for people, and are passed on as they are.

/** Why something was not done; status 0: the server did not answer. */
export class ApiProblem extends Error {
  constructor(message, status) {
    super(message);
    this.status = status;
  }
}

/** Sends a request and returns what its JSON says, or null if there is none. */
export async function call(method, path, body) {
  let response;
  try {
    response = await fetch(`api/v1/${path}`, {
      method,
      headers: body === undefined ? {} : { 'Content-Type': 'application/json' },
      body: body === undefined ? undefined : JSON.stringify(body),
      cache: 'no-store',
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
