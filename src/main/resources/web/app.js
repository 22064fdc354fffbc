// The way in: who is the user, what does the server say, which proxy is shown.

import { inNextFrame, setAttr, setText } from './dom.js';
import { help, keys } from './keys.js';
import { follow } from './live.js';
import { speaker } from './notices.js';
import { ProxyView } from './proxy-view.js';
import { signIn, signOut, whoAmI } from './session.js';
import { Store } from './store.js';
import { Tabs } from './tabs.js';
import { themeSwitch } from './theme.js';
import { toast } from './toasts.js';
import { Tree } from './tree.js';
import { clock, duration } from './words.js';

const RETRY_MS = 2_000;

const byId = (id) => document.getElementById(id);
const place = byId('view');
const store = new Store();
const tabs = new Tabs(byId('proxies'));
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

function showLink(state, lastEvent) {
  const words = { live: 'Live', lost: 'Reconnecting', stale: 'Stale' };
  setText(byId('link'), words[state]);
  setAttr(byId('link'), 'data-link', state);
  if (state === 'lost') return;
  const stale = byId('stale');
  document.body.classList.toggle('is-stale', state === 'stale');
  stale.hidden = state !== 'stale';
  if (state === 'stale') {
    const since = lastEvent ? `What is shown is of ${clock(new Date(lastEvent).toISOString())}.` : '';
    setText(stale, `No news from the server${lastEvent ? ` for ${duration(Date.now() - lastEvent)}` : ''}. ${since} Trying again …`);
  }
}

async function start() {
  stopFollowing();
  me = await whoAmI().catch(() => null);
  if (me === null) {
    showLink('stale', 0);
    setTimeout(start, RETRY_MS);
    return;
  }
  if (me.role === null) me = await signedIn();
  document.body.dataset.role = me.role;
  byId('role').hidden = me.role !== 'view';
  byId('sign-out').hidden = !(me.loginNeeded || me.name);
  stopFollowing = follow(store, showLink, startAgainIfSignedOut);
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
  byId('stale').hidden = true;
  byId('sign-out').hidden = true;
  setText(byId('link'), 'Signed out');
  setAttr(byId('link'), 'data-link', 'lost');
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
);
start();
