// Names: their order, their letters as typed, their initials.

const collator = new Intl.Collator('ru', { numeric: true, sensitivity: 'base' });

/** Compares as a Russian dictionary does: ё beside е, capitals beside small letters, 2 before 10. */
export const compare = collator.compare;

/** Sorts a copy by a key that is a text. @template T @param {Iterable<T>} list @param {(each: T) => string} key */
export const sorted = (list, key) => [...list].sort((a, b) => compare(key(a), key(b)));

/** Letters as somebody in a hurry types them: small, and е for ё. @param {string} text */
export const fold = (text) => text.toLowerCase().replaceAll('ё', 'е');

/** The position, unless the name says it already: somebody may be listed by what they are. @param {{ name: string, position: string }} person */
export const post = ({ name, position }) => (`${name} `.startsWith(`${position} `) ? '' : position);

/** One or two capitals for the square beside a name. @param {string} name */
export function initials(name) {
  const words = name.match(/[\p{L}\p{N}]+/gu) ?? [];
  return words.slice(0, 2).map((word) => [...word][0].toUpperCase()).join('') || '?';
}
