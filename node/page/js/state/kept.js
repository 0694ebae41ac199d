// What this browser keeps between visits. Where it may keep nothing, the page goes on without.

const PREFIX = 'okrug.';

/** Reads what was kept, or null. */
export function kept(key) {
  try {
    return JSON.parse(localStorage.getItem(PREFIX + key));
  } catch {
    return null;
  }
}

/** Keeps a value; null forgets it. */
export function keep(key, value) {
  try {
    if (value === null) localStorage.removeItem(PREFIX + key);
    else localStorage.setItem(PREFIX + key, JSON.stringify(value));
  } catch {
    // Storage is full or forbidden: the value lives in memory as long as the page does.
  }
}
