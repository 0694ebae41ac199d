// Characters that a reader cannot see but that change what the reader sees: they are shown by their numbers.

const NAMES = new Map(Object.entries({
  '00ad': 'SOFT HYPHEN', '061c': 'ARABIC LETTER MARK', '180e': 'MONGOLIAN VOWEL SEPARATOR', '200b': 'ZERO WIDTH SPACE',
  '200c': 'ZERO WIDTH NON-JOINER', '200d': 'ZERO WIDTH JOINER', '200e': 'LEFT-TO-RIGHT MARK', '200f': 'RIGHT-TO-LEFT MARK',
  '2028': 'LINE SEPARATOR', '2029': 'PARAGRAPH SEPARATOR', '202a': 'LEFT-TO-RIGHT EMBEDDING', '202b': 'RIGHT-TO-LEFT EMBEDDING',
  '202c': 'POP DIRECTIONAL FORMATTING', '202d': 'LEFT-TO-RIGHT OVERRIDE', '202e': 'RIGHT-TO-LEFT OVERRIDE', '2060': 'WORD JOINER',
  '2066': 'LEFT-TO-RIGHT ISOLATE', '2067': 'RIGHT-TO-LEFT ISOLATE', '2068': 'FIRST STRONG ISOLATE', '2069': 'POP DIRECTIONAL ISOLATE',
  '3164': 'HANGUL FILLER', 'feff': 'ZERO WIDTH NO-BREAK SPACE',
}));

// Controls except tab and line feed, formats, surrogates standing alone, private use, fillers.
const HIDDEN = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\u2028\u2029\u115f\u1160\u3164\uffa0]/gu;
const HARMLESS = new Set(['\t', '\n']);

/**
 * Splits a text into what is shown as it is and what is shown by number.
 *
 * Returns strings and `{ code, name }` objects in the text's order; together they hold every character. Carriage
 * returns before a line feed are dropped: they are how some systems write one line end.
 *
 * @param {string} text
 * @returns {(string | { code: string, name: string })[]}
 */
export function visible(text) {
  /** @type {(string | { code: string, name: string })[]} */
  const parts = [];
  let from = 0;
  const clean = text.replaceAll('\r\n', '\n');
  for (const match of clean.matchAll(HIDDEN)) {
    const character = match[0];
    if (HARMLESS.has(character) || isJoiner(clean, match.index)) continue;
    if (match.index > from) parts.push(clean.slice(from, match.index));
    const hex = (character.codePointAt(0) ?? 0).toString(16).padStart(4, '0');
    parts.push({ code: `U+${hex.toUpperCase()}`, name: NAMES.get(hex) ?? '' });
    from = match.index + character.length;
  }
  if (from < clean.length) parts.push(clean.slice(from));
  return parts;
}

/** The same as one string, for places that hold no elements: `abc[U+202E]def`. @param {string} text */
export const visibleText = (text) => visible(text).map((part) => (typeof part === 'string' ? part : `[${part.code}]`)).join('');

/** Whether the zero width joiner at this place joins two halves of an emoji. @param {string} text @param {number} index */
function isJoiner(text, index) {
  if (text[index] !== '\u200d') return false;
  return /\p{Extended_Pictographic}\ufe0f?\p{Emoji_Modifier}?$/u.test(text.slice(Math.max(0, index - 6), index))
    && /^\p{Extended_Pictographic}/u.test(text.slice(index + 1, index + 3));
}
