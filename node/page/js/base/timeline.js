// A conversation as rows on the screen.

import { dayOf } from './dates.js';
import { further } from './delivery.js';

/** Messages of one author closer than this stand under one name. */
const SAME_BREATH_MS = 5 * 60_000;

/**
 * Whether a cursor stands before another.
 *
 * A cursor begins with its time in hexadecimal digits; at one time any order will do that is always the same.
 */
export function isBefore(a, b) {
  const [one, other] = [a.indexOf('.'), b.indexOf('.')];
  return one === other ? a < b : one < other;
}

/** Where a cursor belongs in messages sorted by cursor: the index of the first that is not before it. */
function rank(messages, cursor) {
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
 */
export function place(messages, arrived) {
  const result = [...messages];
  for (const message of arrived) {
    const index = rank(result, message.cursor);
    const known = result[index]?.id === message.id ? result[index] : null;
    const newer = known ? { ...message, delivery: further(known.delivery, message.delivery) } : message;
    result.splice(index, known ? 1 : 0, newer);
  }
  return result;
}

/** Takes in where the message with this id has been delivered, if it is here. */
export const progress = (messages, id, delivery) =>
  messages.map((message) => (message.id === id ? { ...message, delivery: further(message.delivery, delivery) } : message));

/**
 * Rows of a conversation: `day`, `unread` and `message`, each with a key.
 *
 * `unreadFrom` is the id of the first unread message. A message is `first` when it begins what its author says at
 * one time: it shows the name; the others of the same breath do not.
 */
export function rows(messages, unreadFrom = null) {
  const result = [];
  let previous = null;
  for (const message of messages) {
    const sent = Date.parse(message.sent);
    const date = dayOf(sent);
    const newDay = !previous || date !== dayOf(Date.parse(previous.sent));
    if (newDay) result.push({ kind: 'day', key: `day-${date}-${message.id}`, at: sent });
    const unread = message.id === unreadFrom;
    if (unread) result.push({ kind: 'unread', key: 'unread' });
    const first = newDay || unread || message.late || previous.late || previous.author.id !== message.author.id
      || message.precedence !== previous.precedence || sent - Date.parse(previous.sent) > SAME_BREATH_MS;
    result.push({ kind: 'message', key: message.id, message, first });
    previous = message;
  }
  return result;
}

/** The id of the first of the last `unread` messages by others, or null. */
export function firstUnread(messages, unread) {
  let left = unread;
  for (let i = messages.length - 1; i >= 0 && left > 0; i--) {
    if (messages[i].mine) continue;
    left--;
    if (left === 0) return messages[i].id;
  }
  return left > 0 && left < unread ? messages.find((message) => !message.mine).id : null;
}
