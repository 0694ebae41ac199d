// What this browser keeps between visits. Where it may keep nothing, the page goes on without.

const PREFIX = 'okrug.';

/** Reads what was kept, or null. @param {string} key */
export function kept(key) {
  try {
    return JSON.parse(localStorage.getItem(PREFIX + key) ?? 'null');
  } catch {
    return null;
  }
}

/** Keeps a value; null forgets it. @param {string} key @param {unknown} value */
export function keep(key, value) {
  try {
    if (value === null) localStorage.removeItem(PREFIX + key);
    else localStorage.setItem(PREFIX + key, JSON.stringify(value));
  } catch {
    // Storage is full or forbidden: the value lives in memory as long as the page does.
  }
}
