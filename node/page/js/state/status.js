// What the node says of itself.

import { Signal, computed, signal } from '../../vendor/signals-core.js';
import { call } from '../link/http.js';
import { me } from './session.js';

/** Asked for again after this time, while somebody looks. */
const STEP_MS = 60_000;

/** Less free space than this is told before the node refuses to take more. */
export const SCARCE_BYTES = 128 * 1024 * 1024;

/** The last answer, or null before the first. @type {Signal<import('okrug').NodeStatus | null>} */
export const status = signal(null);

/** Messages of this office that somebody who reads them does not have yet. */
export const waiting = computed(() => status.value?.queue.messages ?? 0);

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

/** Asks again and again from now on. */
export const watchStatus = () => setInterval(() => document.hidden || loadStatus(), STEP_MS);
