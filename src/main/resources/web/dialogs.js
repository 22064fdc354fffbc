// Questions to the user: real dialogs, which keep the focus, close on Escape, and give it back.

import { el } from './dom.js';

/**
 * Asks, and does what is wanted. What the server refuses is told in the dialog, which stays for another try.
 *
 * @param {string} title
 * @param {string} text what will happen
 * @param {object[]} fields what is to be filled in, see {@link field}
 * @param {string} confirm the word on the button
 * @param {boolean} danger whether it hurts somebody
 * @param {function(object): Promise<*>} act does it, with the fields' values by name
 * @returns {Promise<boolean>} whether it was done
 */
export function ask({ title, text, fields = [], confirm, danger = false, act }) {
  const problem = el('p.problem', { role: 'alert', hidden: true });
  const yes = el(danger ? 'button.danger' : 'button.primary', { type: 'submit' }, confirm);
  const inputs = fields.map(field);
  const form = el(
    'form',
    {},
    ...(text ? [el('p', {}, text)] : []),
    ...inputs.map((input) => input.node),
    problem,
    el('div.buttons', {}, closeButton('Cancel'), yes),
  );
  const dialog = modal(title, form);
  return new Promise((resolve) => {
    let done = false;
    dialog.addEventListener('close', () => resolve(done));
    form.addEventListener('submit', async (event) => {
      event.preventDefault();
      yes.disabled = true;
      try {
        await act(Object.fromEntries(inputs.map((input) => [input.name, input.value()])));
        done = true;
        dialog.close();
      } catch (refusal) {
        problem.textContent = refusal.message;
        problem.hidden = false;
        yes.disabled = false;
      }
    });
    (inputs[0]?.control ?? (danger ? form.querySelector('[data-close]') : yes)).focus();
  });
}

/** A dialog with that content, open; it leaves the page when it is closed. */
export function modal(title, ...content) {
  const heading = el('h2', { id: `dialog-${Date.now()}` }, title);
  const dialog = el('dialog', { 'aria-labelledby': heading.id }, heading, ...content);
  dialog.addEventListener('close', () => dialog.remove());
  dialog.addEventListener('click', (event) => {
    if (event.target === dialog || event.target.closest('[data-close]')) dialog.close();
  });
  document.body.append(dialog);
  dialog.showModal();
  return dialog;
}

/** It has the focus first, so that a careless Enter does nothing. */
export function closeButton(word) {
  return el('button', { type: 'button', 'data-close': true, autofocus: true }, word);
}

/** One line of a form: {name, label, type, value, hint, options: [[value, label]], attributes}. */
function field({ name, label, type = 'text', value = '', hint, options, attributes = {} }) {
  const control = options
    ? el('select', { name }, ...options.map(([key, word]) => el('option', { value: key }, word)))
    : el('input', { name, type, autocomplete: 'off', spellcheck: 'false', ...attributes });
  if (type === 'checkbox') control.checked = value;
  else control.value = value;
  const help = hint ? el('small', {}, hint) : null;
  const node = el(type === 'checkbox' ? 'label.check' : 'label.field', {}, el('span', {}, label), control, help);
  return { name, node, control, value: () => (type === 'checkbox' ? control.checked : control.value.trim()) };
}
