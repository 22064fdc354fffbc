// Who the user is. The token goes to the server once and is not kept here: a cookie that no script can read takes its place.

import { callHere } from './api.js';
import { el } from './dom.js';

export function whoAmI() {
  return callHere('GET', 'session');
}

export function signOut() {
  return callHere('DELETE', 'session');
}

/** A form for the token; resolves with who the user is when the server takes it. */
export function signIn(place) {
  const token = el('input', { type: 'password', name: 'token', required: true, autocomplete: 'current-password' });
  const problem = el('p.problem', { role: 'alert', hidden: true });
  const button = el('button.primary', { type: 'submit' }, 'Sign in');
  const form = el(
    'form.panel.sign-in',
    { 'aria-labelledby': 'sign-in-title' },
    el('h2', { id: 'sign-in-title' }, 'Sign in'),
    el('label.field', {}, el('span', {}, 'Token'), token, el('small', {}, 'As admin.token or admin.tokens of the configuration say.')),
    problem,
    button,
  );
  place.replaceChildren(form);
  token.focus();
  return new Promise((resolve) => {
    form.addEventListener('submit', async (event) => {
      event.preventDefault();
      button.disabled = true;
      try {
        resolve(await callHere('POST', 'session', { token: token.value }));
      } catch (refusal) {
        problem.textContent = refusal.message;
        problem.hidden = false;
        button.disabled = false;
        token.select();
      }
    });
  });
}
