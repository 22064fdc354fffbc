// Re-ordering by hand: a grip is dragged, with a mouse, a pen or a finger, to where its host shall stand.

/**
 * Watches the grips of a list.
 *
 * @param {HTMLElement} list its children have a data-name, and a .grip
 * @param {function(string, ?string): void} dropped told the name of what was moved, and behind which it now belongs;
 *     null: before all others
 */
export function dragging(list, dropped) {
  let moved = null;
  let after;

  list.addEventListener('pointerdown', (event) => {
    const grip = event.target.closest('.grip');
    if (!grip || event.button !== 0) return;
    event.preventDefault();
    moved = grip.closest('[data-name]');
    after = undefined;
    list.setPointerCapture(event.pointerId);
    moved.classList.add('moving');
  });

  list.addEventListener('pointermove', (event) => {
    if (!moved) return;
    mark(null);
    const over = document.elementFromPoint(event.clientX, event.clientY)?.closest('[data-name]');
    after = undefined;
    if (!over || over === moved || over.parentNode !== list) return;
    const before = isInFirstHalf(over, event, list);
    mark(over, before);
    after = before ? previousOf(over) : over.dataset.name;
  });

  const end = (commit) => {
    if (!moved) return;
    mark(null);
    moved.classList.remove('moving');
    const name = moved.dataset.name;
    moved = null;
    if (commit && after !== undefined) dropped(name, after);
  };
  list.addEventListener('pointerup', () => end(true));
  list.addEventListener('pointercancel', () => end(false));
  document.addEventListener('keydown', (event) => {
    if (event.key === 'Escape') end(false);
  });

  /** Of what is shown: the moved one itself does not count. */
  function previousOf(node) {
    let previous = node.previousElementSibling;
    if (previous === moved) previous = previous.previousElementSibling;
    return previous?.dataset.name ?? null;
  }

  function mark(node, before) {
    list.querySelector('.drop-before, .drop-after')?.classList.remove('drop-before', 'drop-after');
    node?.classList.add(before ? 'drop-before' : 'drop-after');
  }
}

/** Hosts stand below each other, or in columns when they are many. */
function isInFirstHalf(node, event, list) {
  const box = node.getBoundingClientRect();
  const columns = box.width < list.clientWidth * 0.75;
  return columns ? event.clientX < box.left + box.width / 2 : event.clientY < box.top + box.height / 2;
}
