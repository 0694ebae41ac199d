// Telling the node how far the person has read.

import { call } from '../link/http.js';
import { chats, patchChat } from './chats.js';
import { thread } from './threads.js';

const PAUSE_MS = 700;

/** Cursors told, by conversation. @type {Map<string, string>} */
const told = new Map();
/** Cursors to be told, by conversation: what was before the person's eyes, not what has come since they left. @type {Map<string, string>} */
const waiting = new Map();
/** @type {ReturnType<typeof setTimeout> | undefined} */
let timer;

/** The end of this conversation is before the person's eyes. @param {string} chat */
export function seen(chat) {
  if (!chats.value?.get(chat)?.unread) return;
  patchChat(chat, { unread: 0 });
  const cursor = newest(chat);
  if (cursor === null) return;
  waiting.set(chat, cursor);
  if (timer === undefined) tell();
}

/** The node counts by arrival, so what arrived last is named, wherever its place is. @param {string} chat */
function newest(chat) {
  /** @type {import('okrug').Message | null} */
  let found = null;
  for (const message of thread(chat).messages.value) if (!found || message.received >= found.received) found = message;
  return found?.cursor ?? null;
}

/** Tells at once what waits, and for a while gathers what comes after it. */
export function tell() {
  clearTimeout(timer);
  timer = waiting.size > 0 ? setTimeout(tell, PAUSE_MS) : undefined;
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
  timer = undefined;
  told.clear();
  waiting.clear();
}
