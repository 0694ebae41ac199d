// Telling the node how far the person has read.

import { call } from '../link/http.js';
import { chats, patchChat } from './chats.js';
import { thread } from './threads.js';

const PAUSE_MS = 700;

const told = new Map();
/** Cursors to be told, by conversation: what was before the person's eyes, not what has come since they left. */
const waiting = new Map();
let timer = null;

/** The end of this conversation is before the person's eyes. */
export function seen(chat) {
  if (!chats.value?.get(chat)?.unread) return;
  patchChat(chat, { unread: 0 });
  const cursor = newest(chat);
  if (cursor === null) return;
  waiting.set(chat, cursor);
  if (timer === null) tell();
}

/** The node counts by arrival, so what arrived last is named, wherever its place is. */
function newest(chat) {
  let found = null;
  for (const message of thread(chat).messages.value) if (!found || message.received >= found.received) found = message;
  return found?.cursor ?? null;
}

/** Tells at once what waits, and for a while gathers what comes after it. */
export function tell() {
  clearTimeout(timer);
  timer = waiting.size > 0 ? setTimeout(tell, PAUSE_MS) : null;
  for (const [chat, cursor] of waiting) {
    if (told.get(chat) === cursor) continue;
    told.set(chat, cursor);
    // A mark that is lost is set again with the next message.
    call('POST', '/read', { chat, cursor }, { keepalive: true }).catch(() => told.delete(chat));
  }
  waiting.clear();
}

/** Forgets what was told: for the next person, who has read something else. */
export function forgetReading() {
  clearTimeout(timer);
  timer = null;
  told.clear();
  waiting.clear();
}
