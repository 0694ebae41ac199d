// The part of a long conversation that is drawn: as much as fills the screen with some on both sides.

import { rank } from './timeline.js';

/** @import { Message } from 'okrug' */

/** Messages drawn at most, and by how many the drawn part moves. */
export const DRAWN = 160;
const STEP = 50;
/** What is looked for stands so far below the upper end of the drawn part. */
const LEAD = 40;

/**
 * The drawn part begins with the message at this cursor; null is the end of the conversation, whatever comes.
 *
 * @typedef {string | null} Start
 */

/** Indexes of the drawn part: the first drawn message, and the first that is not drawn any more. @param {Message[]} messages @param {Start} start */
export function drawn(messages, start) {
  const last = Math.max(0, messages.length - DRAWN);
  const from = start === null ? last : Math.min(rank(messages, start), last);
  return { from, to: Math.min(messages.length, from + DRAWN) };
}

/** @param {Message[]} messages @param {number} from @returns {Start} */
const startAt = (messages, from) => (from + DRAWN >= messages.length ? null : messages[Math.max(0, from)].cursor);

/** Moves the drawn part up (-1) or down (1). @param {Message[]} messages @param {Start} start @param {number} way @returns {Start} */
export const moved = (messages, start, way) => startAt(messages, drawn(messages, start).from + way * STEP);

/** Draws the part around a message. @param {Message[]} messages @param {string} cursor @returns {Start} */
export const around = (messages, cursor) => startAt(messages, rank(messages, cursor) - LEAD);
