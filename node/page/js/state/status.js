// What the node says of itself.

import { Signal, computed, signal } from '../../vendor/signals-core.js';
import { call } from '../link/http.js';
import { screen } from './route.js';
import { me } from './session.js';

/** Asked for again after this time, while somebody looks at it; three times as seldom elsewhere. */
const STEP_MS = 60_000;
const SELDOM = 3;
/** Screens that show it. @type {(string | null)[]} */
const SHOWN = ['outbox', 'node'];
/** News that change the answer come in bursts. */
const PAUSE_MS = 1500;

/** Less free space than this is told before the node refuses to take more. */
export const SCARCE_BYTES = 128 * 1024 * 1024;

/** The last answer, or null before the first. @type {Signal<import('okrug').NodeStatus | null>} */
export const status = signal(null);

/** Messages of this office that wait: for any office, or for the one that lacks the most. */
export const waiting = computed(() => {
  const { queue, peers } = status.value ?? { queue: { messages: 0 }, peers: [] };
  return Math.max(queue.messages, ...peers.map((peer) => peer.queue.messages));
});

/** Asks the node; what fails is asked again later. */
export async function loadStatus() {
  if (!me.value) return;
  try {
    status.value = await call('GET', '/node/status');
  } catch {
    // The banner of a lost node says it; what was known stays on the screen with its time.
  }
}

/** Forgets what the node of whoever was signed in said. */
export const forgetStatus = () => (status.value = null);

/** @type {ReturnType<typeof setTimeout> | undefined} */
let timer;

/** Asks soon, where somebody looks at what changed: every page of an office hears the same news at once. */
export function statusChanged() {
  if (!SHOWN.includes(screen.value)) return;
  timer ??= setTimeout(() => ((timer = undefined), loadStatus()), PAUSE_MS);
}

/** Asks again and again from now on. */
export function watchStatus() {
  let beats = 0;
  setInterval(() => !document.hidden && (SHOWN.includes(screen.value) || ++beats % SELDOM === 0) && loadStatus(), STEP_MS);
}
