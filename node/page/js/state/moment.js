// The present, as far as texts like "3 h ago" need it.

import { signal } from '../../vendor/signals-core.js';

const STEP_MS = 20_000;

/** Milliseconds, renewed every few seconds. */
export const now = signal(Date.now());

/** Starts the clock of the page. */
export const tick = () => setInterval(() => (now.value = Date.now()), STEP_MS);
