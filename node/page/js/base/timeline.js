// A conversation as rows on the screen.

import { dayOf } from './dates.js';
import { further } from './delivery.js';

/** @import { Delivery, Message, MessageState, Notice } from 'okrug' */

/** Messages of one author closer than this stand under one name. */
const SAME_BREATH_MS = 5 * 60_000;

/**
 * Whether a cursor stands before another.
 *
 * A cursor begins with its time in hexadecimal digits; at one time any order will do that is always the same.
 *
 * @param {string} a
 * @param {string} b
 */
export function isBefore(a, b) {
  const [one, other] = [a.indexOf('.'), b.indexOf('.')];
  return one === other ? a < b : one < other;
}

/** Where a cursor belongs in messages sorted by cursor: the index of the first that is not before it. @param {Message[]} messages @param {string} cursor */
export function rank(messages, cursor) {
  let low = 0;
  let high = messages.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (isBefore(messages[middle].cursor, cursor)) low = middle + 1;
    else high = middle;
  }
  return low;
}

/**
 * Puts messages into a timeline: each once, in the order of cursors, with the furthest delivery told of it.
 *
 * The arguments are left as they are.
 *
 * @param {Message[]} messages
 * @param {Message[]} arrived
 * @returns {Message[]}
 */
export function place(messages, arrived) {
  const result = [...messages];
  for (const message of arrived) {
    const index = rank(result, message.cursor);
    const known = result[index]?.id === message.id ? result[index] : null;
    result.splice(index, known ? 1 : 0, known ? merged(known, message) : message);
  }
  return result;
}

/** A message with what was told of it elsewhere: the further delivery, what stops it by the same telling, and that its office contradicts itself, which nothing takes back. @param {{ delivery: Delivery, notice?: Notice | null, disputed?: boolean }} told @param {Message} message @returns {Message} */
export function merged(told, message) {
  const delivery = further(told.delivery, message.delivery);
  const { notice: own, ...rest } = told.disputed ? { ...message, disputed: true } : message;
  const notice = delivery === message.delivery ? own : told.notice;
  return notice ? { ...rest, delivery, notice } : { ...rest, delivery };
}

/** Takes in where the message of this telling has been delivered, if it is here; events come in order, so that the newest holds though it be less. @param {Message[]} messages @param {Pick<MessageState, 'id' | 'delivery' | 'notice' | 'disputed'>} state @returns {Message[]} */
export const progress = (messages, { id, delivery, notice, disputed = false }) =>
  messages.map((message) => (message.id === id ? { ...message, delivery, notice, ...(disputed && { disputed }) } : message));

/** @typedef {{ kind: 'day', key: string, at: number } | { kind: 'unread', key: string } | { kind: 'message', key: string, message: Message, first: boolean }} Row */

/**
 * Rows of a conversation: `day`, `unread` and `message`, each with a key.
 *
 * `unreadFrom` is the id of the first unread message. A message is `first` when it begins what its author says at
 * one time: it shows the name; the others of the same breath do not.
 *
 * @param {Message[]} messages
 * @param {string | null} [unreadFrom]
 * @param {Message | null} [before] what stands above and is not drawn
 */
export function rows(messages, unreadFrom = null, before = null) {
  /** @type {Row[]} */
  const result = [];
  let previous = before;
  for (const message of messages) {
    const sent = Date.parse(message.sent);
    const date = dayOf(sent);
    const newDay = !previous || date !== dayOf(Date.parse(previous.sent));
    if (newDay) result.push({ kind: 'day', key: `day-${date}-${message.id}`, at: sent });
    const unread = message.id === unreadFrom;
    if (unread) result.push({ kind: 'unread', key: 'unread' });
    const first = newDay || unread || message.late || !previous || previous.late || previous.author.id !== message.author.id || previous.for?.id !== message.for?.id
      || message.precedence !== previous.precedence || sent - Date.parse(previous.sent) > SAME_BREATH_MS;
    result.push({ kind: 'message', key: message.id, message, first });
    previous = message;
  }
  return result;
}

/** The id of the first of the last `unread` messages by others, or null. @param {Message[]} messages @param {number} unread */
export function firstUnread(messages, unread) {
  let left = unread;
  for (let i = messages.length - 1; i >= 0 && left > 0; i--) {
    if (messages[i].mine) continue;
    left--;
    if (left === 0) return messages[i].id;
  }
  return left > 0 && left < unread ? messages.find((message) => !message.mine)?.id ?? null : null;
}
