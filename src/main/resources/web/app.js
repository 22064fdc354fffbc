// The way in: who is the user, what does the server say, which proxy is shown.

import { inNextFrame, setText } from './dom.js';
import { help, keys } from './keys.js';
import { Link } from './link.js';
import { follow } from './live.js';
import { NODE } from './node.js';
import { Nodes } from './nodes.js';
import { speaker } from './notices.js';
import { poll } from './poll.js';
import { ProxyView } from './proxy-view.js';
import { signIn, signOut, whoAmI } from './session.js';
import { Store } from './store.js';
import { Tabs } from './tabs.js';
import { themeSwitch } from './theme.js';
import { toast } from './toasts.js';
import { Tree } from './tree.js';
import { codeInWords } from './words.js';

const RETRY_MS = 2_000;

const byId = (id) => document.getElementById(id);
const place = byId('view');
const store = new Store();
const tabs = new Tabs(byId('proxies'));
const link = new Link(byId('link'), byId('stale'));
const nodes = new Nodes(byId('node'), byId('majority'));
const say = speaker(byId('said'));
let me = { role: null };
let view = null;
let viewed = null;
let tree = null;
let stopFollowing = () => {};

const render = inNextFrame(() => {
  const chosen = Tabs.chosen(store.proxies);
  tabs.show(store.proxies, chosen);
  if (chosen !== viewed) show(chosen);
  view?.render();
  showTree();
  setText(byId('code'), codeInWords(store));
  say(store.notices);
});

/** Shows that proxy and no other. */
function show(name) {
  view?.close();
  viewed = name;
  view = name === undefined ? null : new ProxyView(store.proxies.get(name), store, () => me.role === 'operate');
  if (view) place.prepend(view.node);
}

function showTree() {
  if (store.faultInjection === (tree !== null)) return;
  tree?.close();
  tree?.node.remove();
  tree = store.faultInjection ? new Tree() : null;
  if (tree) place.append(tree.node);
}

async function start() {
  stopFollowing();
  me = await whoAmI().catch(() => null);
  if (me === null) {
    link.show('stale', 0);
    setTimeout(start, RETRY_MS);
    return;
  }
  if (me.role === null) me = await signedIn();
  document.body.dataset.role = me.role;
  byId('role').hidden = me.role !== 'view';
  byId('sign-out').hidden = !(me.loginNeeded || me.name);
  let ended = false;
  stopFollowing = () => {
    ended = true;
  };
  const known = nodes.start();
  // A node that is named may be another one or not; the server knows.
  if (NODE !== null) await known;
  if (ended) return;
  const way = nodes.elsewhere ? poll : follow;
  stopFollowing = way(store, (...how) => link.show(...how), startAgainIfSignedOut);
}

async function signedIn() {
  forgetFarm();
  const user = await signIn(place);
  place.replaceChildren();
  return user;
}

/** What somebody saw must not stay on the screen when they have left. */
function forgetFarm() {
  view?.close();
  tree?.close();
  view = viewed = tree = null;
  store.replace({ version: '', faultInjection: false, proxies: [], notices: [] });
  for (const dialog of document.querySelectorAll('dialog')) dialog.close();
  byId('toasts').replaceChildren();
  byId('sign-out').hidden = true;
  nodes.stop();
  link.signedOut();
}

async function startAgainIfSignedOut() {
  const now = await whoAmI().catch(() => me);
  if (now.role !== me.role) start();
}

/** Asks for nothing any more before the login ends: a browser would ask for a password in its own way. */
async function leave() {
  stopFollowing();
  forgetFarm();
  await signOut().catch((problem) => toast(problem.message, { problem: true }));
  start();
}

if (NODE !== null) document.title = `${NODE} · TCPBalance`;
store.onChange(render);
addEventListener('hashchange', render);
themeSwitch(byId('theme'), () => view?.redraw());
byId('help').addEventListener('click', help);
byId('sign-out').addEventListener('click', leave);
keys(
  () => view,
  (number) => {
    const name = [...store.proxies.keys()][number];
    if (name !== undefined) location.hash = encodeURIComponent(name);
  },
  () => nodes.open(),
);
start();
