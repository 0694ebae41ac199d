// What has piled up elsewhere and is on its way here: how much, and for how long still.

import { computed } from '../../vendor/signals-core.js';
import { loadStatus, status } from './status.js';

/** @import { Coming } from 'okrug' */

/** What is here sooner than this, in seconds, needs no word. */
const WORTH_S = 10;
/** Asked again after so long, and as much again at most: the pages of an office do not ask all at once. */
const STEP_MS = 10_000;

/** The largest part that a neighbour has still to bring, or null: neighbours offer the same to each other. */
export const coming = computed(() => {
  /** @type {Coming | null} */
  let most = null;
  for (const { coming: part } of status.value?.peers ?? []) if (part && part.seconds >= WORTH_S && part.entries > (most?.entries ?? 0)) most = part;
  return most;
});

/** @type {ReturnType<typeof setTimeout> | undefined} */
let timer;

/** Asks what is to come, in a moment; and again until it has come. @param {number} [least] */
export function watchComing(least = 1000) {
  timer ??= setTimeout(async () => {
    timer = undefined;
    await loadStatus();
    if (coming.value) watchComing(STEP_MS);
  }, least * (1 + Math.random()));
}
