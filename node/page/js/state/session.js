// Who is signed in here.

import { Signal, signal } from '../../vendor/signals-core.js';
import { Problem, call, watchers } from '../link/http.js';
import { keep, kept } from './kept.js';

/** Undefined until known, null when nobody is signed in. @type {Signal<import('okrug').Me | null | undefined>} */
export const me = signal(undefined);
/** Who is signed in; asked only where somebody is. */
export const self = () => /** @type {import('okrug').Me} */ (me.value);

/** Whether the node has not answered since the page was opened. */
export const away = signal(false);
/** Whether a session ended without the person asking for it. */
export const ended = signal(false);
/** The office this browser last signed in at, to greet by name. @type {Signal<string | null>} */
export const lastOffice = signal(kept('office'));

/** @param {import('okrug').Me} who */
function enter(who) {
  lastOffice.value = who.office.name;
  keep('office', who.office.name);
  ended.value = false;
  me.value = who;
}

/** Asks the node who we are; a node that does not answer is a `Problem` of status 0. */
export async function resume() {
  try {
    enter(await call('GET', '/session'));
  } catch (problem) {
    if (!(problem instanceof Problem) || problem.status !== 401) throw problem;
    me.value = null;
  }
}

/** Signs in, or throws the `Problem`. @param {string} name @param {string} password */
export async function login(name, password) {
  enter(await call('POST', '/session', { login: name, password }));
}

/** Signs out; a node that cannot be reached ends the session by itself later. */
export async function logout() {
  try {
    await call('DELETE', '/session');
  } finally {
    me.value = null;
  }
}

/** Renews what the node says of us: rights, names, freshness of the district's documents. */
export async function refresh() {
  if (me.value) me.value = await call('GET', '/session');
}

watchers.signedOut = () => {
  if (!me.value) return;
  ended.value = true;
  me.value = null;
};
