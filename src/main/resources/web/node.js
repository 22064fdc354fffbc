// Which node of the cluster is shown: it stands in the page's address, and is the same as long as the page is loaded.
// So what was opened, asked for or is to be undone at one node never gets to another.

/** Its name, or null: the one that serves the page. */
export const NODE = new URLSearchParams(location.search).get('node') || null;

/** A path of the API as the node that is shown answers it. */
export function ofNode(path) {
  return NODE === null ? path : `${path}${path.includes('?') ? '&' : '?'}node=${encodeURIComponent(NODE)}`;
}

/** The address of this page for that node, with the proxy that is shown; null: the node that serves it. */
export function pageOf(node) {
  return `${location.pathname}${node === null ? '' : `?node=${encodeURIComponent(node)}`}${location.hash}`;
}
