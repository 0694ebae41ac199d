// What has been said in the conversations that were opened.

import { Signal, batch, signal } from '../../vendor/signals-core.js';
import { firstUnread, isBefore, merged, place, progress } from '../base/timeline.js';
import { Problem, call } from '../link/http.js';
import { chats } from './chats.js';

/** @import { Message, MessageState, Page } from 'okrug' */

const PAGE = 50;
/** Whoever reads on upwards is brought more at once. */
const MORE = 100;
/** A conversation read at its end is cut back to `KEEP` messages when it has grown over `MOST`. */
const MOST = 400;
const KEEP = 200;

/**
 * @typedef {{
 *   chat: string, messages: Signal<Message[]>, before: Signal<string | null | undefined>, after: Signal<string | null>, loading: Signal<boolean>,
 *   problem: Signal<Problem | null>, unreadFrom: Signal<string | null>, late: Signal<Message[]>,
 * }} Thread
 */

/** @type {Map<string, Thread>} */
const threads = new Map();

/** Deliveries told of messages that were not here yet: the answer that brings them may be older. @type {Map<string, MessageState>} */
const ahead = new Map();
const AHEAD = 500;

/** @param {MessageState} state */
function early(state) {
  ahead.set(state.id, state);
  if (ahead.size > AHEAD) ahead.delete(/** @type {string} */ (ahead.keys().next().value));
}

/** Messages with what was told of them before they came. @param {Message[]} messages @returns {Message[]} */
const caughtUp = (messages) => messages.map((message) => {
  const told = ahead.get(message.id);
  ahead.delete(message.id);
  return told ? merged(told, message) : message;
});

/** Where somebody reads above the end: the first message in sight, and how far below the upper edge it begins. @type {{ chat: string, id: string, offset: number, unreadFrom: string | null } | null} */
let reader = null;

/** Remembers where somebody reads; null at the end. @param {string} chat @param {{ id: string, offset: number } | null} sight */
export function stay(chat, sight) {
  reader = sight && { chat, ...sight, unreadFrom: threads.get(chat)?.unreadFrom.value ?? null };
}

/** Where somebody read in this conversation when it was last before their eyes. @param {string} chat */
export const stayed = (chat) => (reader?.chat === chat ? reader : null);

/** The thread of a conversation, empty until it is loaded. @param {string} chat @returns {Thread} */
export function thread(chat) {
  let of = threads.get(chat);
  if (!of) {
    of = {
      chat,
      messages: signal([]),
      /** Cursor of what came before; null at the beginning of the conversation, undefined before the first load. */
      before: signal(undefined),
      /** Cursor of what comes after the loaded part; null where that is the end of the conversation. */
      after: signal(null),
      loading: signal(false),
      problem: signal(null),
      unreadFrom: signal(null),
      /** Messages that came late to a place above the end and were not looked at yet. */
      late: signal([]),
    };
    threads.set(chat, of);
  }
  return of;
}

/**
 * Loads the part before or after a cursor; the part around a message, or the end, in place of what is here.
 *
 * @param {Thread} of @param {'before' | 'after' | 'around' | 'end'} side @param {string} [at] @param {number} [limit]
 */
async function page(of, side, at = '', limit = MORE) {
  if (of.loading.value) return;
  of.loading.value = true;
  try {
    const query = `${at && `${side}=${encodeURIComponent(at)}&`}limit=${limit}`;
    /** @type {Page} */
    const answer = await call('GET', `/chat/${of.chat}/message?${query}`);
    batch(() => {
      const messages = caughtUp(answer.messages);
      const joins = side === 'before' || side === 'after' || !of.after.value;
      of.messages.value = joins && side !== 'around' ? place(of.messages.value, messages) : messages;
      if (side !== 'after') of.before.value = answer.before ?? null;
      if (side !== 'before') of.after.value = answer.after ?? null;
      of.problem.value = null;
    });
  } catch (problem) {
    if (side !== 'around') of.problem.value = /** @type {Problem} */ (problem);
  } finally {
    of.loading.value = false;
  }
}

/**
 * Loads the end of a conversation and marks where the unread part begins; or the part in which somebody read when everything
 * loaded was thrown away.
 *
 * @param {string} chat
 */
export async function open(chat) {
  const of = thread(chat);
  const unread = chats.value?.get(chat)?.unread ?? 0;
  const stays = of.before.value === undefined ? stayed(chat) : null;
  if (stays) await page(of, 'around', stays.id);
  // The first that is unread comes with the end, with something above it.
  if (of.before.value === undefined) await page(of, 'end', '', Math.max(PAGE, unread + 20));
  // Above the end it stays where it was.
  of.unreadFrom.value = stays && of.after.value ? stays.unreadFrom : unread > 0 ? firstUnread(of.messages.value, unread) : null;
}

/** Loads what was said before the first message that is here. @param {string} chat */
export async function older(chat) {
  const of = thread(chat);
  if (of.before.value) await page(of, 'before', of.before.value);
  else if (of.before.value === undefined) await open(chat);
}

/** Loads what was said after the last message that is here. @param {string} chat */
export async function newer(chat) {
  const of = thread(chat);
  if (of.after.value && !of.problem.value) await page(of, 'after', of.after.value);
}

/** Loads the end of a conversation of which an older part is here. @param {string} chat */
export async function latest(chat) {
  const of = thread(chat);
  if (!of.after.value) return;
  await page(of, 'end', '', PAGE);
  const unread = chats.value?.get(chat)?.unread ?? 0;
  of.unreadFrom.value ??= unread > 0 ? firstUnread(of.messages.value, unread) : null;
}

/** Takes in a message, if its conversation is loaded. @param {Message} message */
export function arrived(message) {
  const of = threads.get(message.chat);
  if (!of || of.before.value === undefined) return;
  const messages = of.messages.value;
  const known = messages.some((each) => each.id === message.id);
  const end = messages.at(-1);
  const above = end !== undefined && isBefore(message.cursor, end.cursor);
  if (message.late && above && !known) of.late.value = [...of.late.value, message];
  // What belongs above the loaded part comes with its page, so that the screen shows no false neighbours.
  if (messages.length > 0 && isBefore(message.cursor, messages[0].cursor) && of.before.value !== null) return;
  // Below a part that does not reach the end it comes with its page as well.
  if (of.after.value && end && isBefore(end.cursor, message.cursor)) return;
  // Whoever answers has read.
  if (message.mine && !known) of.unreadFrom.value = null;
  of.messages.value = place(messages, caughtUp([message]));
}

/** Loads the part of a conversation in which a message stands; false when it is not to be found. @param {string} chat @param {{ id: string }} message */
export async function reach(chat, { id }) {
  const of = thread(chat);
  const here = () => of.messages.value.some((each) => each.id === id);
  if (!here()) await page(of, 'around', id);
  return here();
}

/** Takes in where a message has been delivered by now. @param {MessageState} state */
export function stateChanged(state) {
  const { id, chat } = state;
  const of = threads.get(chat);
  if (!of) return;
  if (of.loading.value || !of.messages.value.some((message) => message.id === id)) early(state);
  of.messages.value = progress(of.messages.value, state);
}

/** Whether the right of somebody to speak for another is not known yet: an announcement that comes may tell. */
export const doubtful = () => [...threads.values()].some((of) => of.messages.value.some((message) => message.for?.right === 'unknown'));

/** Lets go of old messages of a conversation that is read at its end. @param {string} chat */
export function trim(chat) {
  const of = thread(chat);
  if (of.messages.value.length <= MOST) return;
  batch(() => {
    of.messages.value = of.messages.value.slice(-KEEP);
    of.before.value = of.messages.value[0].cursor;
  });
}

/** Forgets everything loaded: after a gap that events cannot fill, or for the next person. */
export function forgetThreads() {
  threads.clear();
  ahead.clear();
}
