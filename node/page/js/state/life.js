// From signing in to signing out: what is loaded, who listens, what each event changes.

import { batch, effect, signal, untracked } from '../../vendor/signals-core.js';
import { listen } from '../link/stream.js';
import { chatChanged, forgetChats, loadChats, mention } from './chats.js';
import { watchComing } from './coming.js';
import { forgetTree, linkChanged, loadTree } from './district.js';
import { eraseDrafts, loadDrafts, save } from './drafts.js';
import { echoed, eraseOutbox, hurry, loadOutbox } from './outbox.js';
import { forgetReading, tell } from './reading.js';
import { opened } from './route.js';
import { logout, me, refresh } from './session.js';
import { loadSettings, settings } from './settings.js';
import { forgetStatus, statusChanged, watchStatus } from './status.js';
import { arrived, doubtful, forgetThreads, open, stateChanged, stay, thread } from './threads.js';

/** Whether the node did not answer the last attempt to reach it. */
export const nodeLost = signal(false);
/** Whether this session listens in as many pages as it may, so that this one hears nothing. */
export const crowded = signal(false);
/** Rises when everything loaded has been thrown away and loaded anew. */
export const generation = signal(0);

/** @type {ReturnType<typeof listen> | null} */
let stream = null;
/** Who is to be listened for, while the part that shares a connection between tabs is on its way. @type {string | null} */
let wanted = null;
/** Who was signed in last. @type {string | null} */
let last = null;

/** Says it aloud where somebody asked for that, by a part that comes later. @param {import('okrug').Message} message */
function ring(message) {
  const { sounds, notify } = settings.value;
  if (sounds || notify) import('./notice.js').then(({ notice }) => notice(message), () => {});
}

/** Loads the lists and who we are; what fails is loaded with the next connection. */
const load = () => Promise.all([loadTree(), loadChats(), refresh()]);

async function reset() {
  // The stream is open by now: a conversation that is loaded from here on lacks nothing, and stays when the lists have come.
  forgetThreads();
  generation.value++;
  await load().catch(() => {});
  if (opened.value && thread(opened.value).before.value === undefined) open(opened.value);
}

/** @type {Record<string, (data: any) => unknown>} */
const handlers = {
  /** @param {import('okrug').Message} message */
  'message.new': (message) => batch(() => (arrived(message), mention(message) && ring(message), message.mine && echoed(message))),
  /** @param {import('okrug').MessageState} change */
  'message.state': (change) => (stateChanged(change), statusChanged()),
  'chat.update': chatChanged,
  'org.version': () => (doubtful() ? reset() : load().catch(() => {})),
  /** @param {import('okrug').PeerChange} change */
  peer: (change) => (linkChanged(change), statusChanged(), change.link === 'up' && watchComing()),
  reset,
};

/** Does what an event of the node says; events of later versions say nothing to this page. @param {{ type: string, data: any }} event */
export const happen = ({ type, data }) => handlers[type]?.(data);

/** @param {import('../link/stream.js').State} name @param {boolean} [resumed] */
function state(name, resumed) {
  nodeLost.value = name === 'lost';
  crowded.value = name === 'crowded';
  if (name === 'ended') refresh().catch(() => {});
  if (name !== 'live') return;
  hurry();
  // Everything is loaded once the stream is open, so that nothing falls between the two. A connection that resumes
  // brings the messages that were missed, and only what is no event is asked for again.
  watchComing(0);
  if (resumed) Promise.all([loadTree(), refresh()]).catch(() => {});
  else reset();
}

/** @param {string} person */
function begin(person) {
  // Whoever signs in again, since the node has forgotten them, reads on where they were.
  if (last !== person) stay('', null);
  last = person;
  loadSettings(person);
  loadDrafts(person);
  loadOutbox(person);
  wanted = person;
  const wishes = { url: '/api/v1/events', onEvent: happen, onState: state };
  const alone = () => wanted === person && (stream ??= listen(wishes));
  import('../link/share.js').then(({ share }) => wanted === person && (stream ??= share(person, wishes))).catch(alone);
}

function end() {
  wanted = null;
  stream?.close();
  stream = null;
  save();
  batch(() => {
    nodeLost.value = false;
    crowded.value = false;
    forgetChats();
    forgetTree();
    forgetThreads();
    forgetReading();
    forgetStatus();
  });
}

/** Signs out and erases what this browser kept of the person. */
export async function leave() {
  last = null;
  tell();
  eraseDrafts();
  eraseOutbox();
  await logout().catch(() => {});
}

/** Follows the session, and wakes the connection when the page or the network wakes. */
export function live() {
  /** @type {string | null} */
  let person = null;
  effect(() => {
    const next = me.value?.person.id ?? null;
    if (next === person) return;
    untracked(() => {
      if (person) end();
      person = next;
      if (person) begin(person);
    });
  });
  watchStatus();
  addEventListener('online', () => stream?.poke());
  const keepAll = () => (save(), tell());
  addEventListener('pagehide', keepAll);
  document.addEventListener('visibilitychange', () => (document.hidden ? keepAll() : stream?.poke()));
}
