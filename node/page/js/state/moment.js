// The present, as far as texts like "3 h ago" need it.

import { signal } from '../../vendor/signals-core.js';

const STEP_MS = 20_000;

const beat = signal(0);

/** The present in milliseconds; whoever shows it is shown anew every few seconds. */
export const now = {
  get value() {
    return beat.value, Date.now();
  },
};

/** Starts the clock of the page. */
export const tick = () => setInterval(() => beat.value++, STEP_MS);
