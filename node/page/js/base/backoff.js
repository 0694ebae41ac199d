// Growing waits between attempts.

/** Makes a wait: each `next()` doubles it up to the largest, with up to a quarter taken off by chance; `reset()` starts anew. */
export function backoff({ first = 1000, largest = 15_000, random = Math.random } = {}) {
  let wait = first;
  return {
    next() {
      const now = wait;
      wait = Math.min(wait * 2, largest);
      return Math.round(now * (1 - random() / 4));
    },
    reset() {
      wait = first;
    },
  };
}
