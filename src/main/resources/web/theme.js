// Light or dark: as the system says, until somebody chooses. Loaded before the first paint.

const CHOICES = ['auto', 'light', 'dark'];
const KEY = 'tcpbalance-theme';

let chosen = 'auto';
try {
  chosen = localStorage.getItem(KEY) ?? 'auto';
} catch {
  // Storage is forbidden here: the choice lasts as long as the page.
}
apply();

function apply() {
  if (!CHOICES.includes(chosen)) chosen = 'auto';
  document.documentElement.dataset.theme = chosen;
}

/** Makes the button go round the choices, and tells whenever colours change. */
export function themeSwitch(button, changed) {
  const label = () => {
    button.textContent = `Theme: ${chosen}`;
  };
  label();
  button.addEventListener('click', () => {
    chosen = CHOICES[(CHOICES.indexOf(chosen) + 1) % CHOICES.length];
    try {
      localStorage.setItem(KEY, chosen);
    } catch {
      // As above.
    }
    apply();
    label();
    changed();
  });
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', changed);
}
