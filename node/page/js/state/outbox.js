// Messages on their way from this page to the node, each under a number of its own so that trying again is safe.

import { Signal, signal } from '../../vendor/signals-core.js';
import { backoff } from '../base/backoff.js';
import { ulid } from '../base/ulid.js';
import { Problem, call } from '../link/http.js';
import { keep, kept } from './kept.js';
import { arrived } from './threads.js';

/**
 * @typedef {{
 *   clientId: string, chat: string, text: string, precedence: import('./drafts.js').Draft['precedence'], written: string,
 *   reply: import('./drafts.js').Draft['reply'], as: import('./drafts.js').Draft['as'], state: 'sending' | 'waiting' | 'refused', problem: { status: number, code: string, title: string } | null, echo: boolean,
 * }} Row
 */

/**
 * Messages on their way, the oldest first.
 *
 * `state` is `sending`, `waiting` or `refused`; `echo` is true once the message itself has come by the events, ahead
 * of the answer.
 *
 * @type {Signal<Row[]>}
 */
export const outbox = signal([]);

/** @type {string | null} */
let owner = null;
let running = false;
/** @type {(() => void) | null} */
let wake = null;

/** @param {Row[]} rows */
function set(rows) {
  outbox.value = rows;
  if (owner) keep(`outbox.${owner}`, rows.length ? rows : null);
}

/** @param {string} clientId @param {Partial<Row>} change */
const patch = (clientId, change) => set(outbox.value.map((row) => (row.clientId === clientId ? { ...row, ...change } : row)));

/** Takes up what a person had on the way when the page was closed. @param {string} person */
export function loadOutbox(person) {
  owner = person;
  outbox.value = kept(`outbox.${person}`) ?? [];
  pump();
}

/** Sends a message as soon as the node takes it. @param {string} chat @param {import('./drafts.js').Draft} draft */
export function send(chat, { text, precedence, reply = null, as = null }) {
  set([...outbox.value, { clientId: ulid(), chat, text, precedence, reply, as, written: new Date().toISOString(), state: 'sending', problem: null, echo: false }]);
  pump();
}

/** Tries a refused message once more, under its old number. @param {string} clientId */
export function retry(clientId) {
  patch(clientId, { state: 'sending', problem: null });
  pump();
}

/** Takes in that a message of ours was told by the events. @param {import('okrug').Message} message */
export function echoed({ chat, text }) {
  const row = outbox.value.find((each) => each.chat === chat && each.text === text && each.state !== 'refused' && !each.echo);
  if (row) patch(row.clientId, { echo: true });
}

/** Takes a message off the way. @param {string} clientId */
export const drop = (clientId) => set(outbox.value.filter((row) => row.clientId !== clientId));

/** Tries now what waits: the node is back. */
export const hurry = () => wake?.();

/** Erases what whoever was signed in had on the way. */
export function eraseOutbox() {
  set([]);
  owner = null;
  hurry();
}

/** Sends one row after another, so that a conversation keeps the order in which it was written. */
async function pump() {
  if (running) return;
  running = true;
  const waits = backoff();
  for (let row; (row = outbox.value.find(({ state }) => state !== 'refused')); ) {
    try {
      const { clientId, chat, text, precedence, reply, as } = row;
      /** @satisfies {import('okrug').Post} */
      const post = { client_id: clientId, text, precedence, reply_to: reply?.id ?? null, ...(as && { on_behalf_of: as }) };
      const message = await call('POST', `/chat/${chat}/message`, post);
      waits.reset();
      arrived(message);
      drop(clientId);
    } catch (caught) {
      const problem = /** @type {Problem} */ (caught);
      if (problem.status === 401) break;
      const { status, code, title } = problem;
      if (!problem.passing) {
        patch(row.clientId, { state: 'refused', problem: { status, code, title } });
        continue;
      }
      patch(row.clientId, { state: 'waiting' });
      await /** @type {Promise<void>} */ (new Promise((resolve) => {
        const timer = setTimeout(resolve, (problem.retryAfter ?? 0) * 1000 || waits.next());
        wake = () => (clearTimeout(timer), resolve());
      }));
      wake = null;
    }
  }
  running = false;
}
