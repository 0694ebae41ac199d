// Finding by the beginnings of words, whichever way somebody in a hurry typed them: ё as е, in Latin letters, or with
// the keyboard in the other layout.

import { fold } from './names.js';

const LATIN = 'qwertyuiop[]asdfghjkl;\'zxcvbnm,.`';
const CYRILLIC = '\u0439\u0446\u0443\u043a\u0435\u043d\u0433\u0448\u0449\u0437\u0445\u044a\u0444\u044b\u0432\u0430\u043f\u0440\u043e\u043b\u0434\u0436\u044d\u044f\u0447\u0441\u043c\u0438\u0442\u044c\u0431\u044e\u0451';
const KEYS = new Map([...LATIN].flatMap((letter, i) => [[letter, CYRILLIC[i]], [CYRILLIC[i], letter]]));

/** Latin letters for the Cyrillic ones from the first to the last of the alphabet; the hard and soft signs say nothing. */
const SOUNDS = ['a', 'b', 'v', 'g', 'd', 'e', 'zh', 'z', 'i', 'i', 'k', 'l', 'm', 'n', 'o', 'p', 'r', 's', 't', 'u', 'f', 'h', 'c', 'ch', 'sh', 'sh', '', 'i', '', 'e', 'iu', 'ia'];
const FIRST = 0x430;

/** Spellings of one sound that different rules of transliteration give, and the one that is used here. @type {[RegExp, string][]} */
const SPELLINGS = [[/shch|sch/g, 'sh'], [/kh/g, 'h'], [/x/g, 'ks'], [/ts|tz/g, 'c'], [/[yj]o/g, 'e'], [/[yj]e/g, 'e'], [/w/g, 'v']];

/** The keys of the other layout. @param {string} text */
export const swapped = (text) => [...text.toLowerCase()].map((letter) => KEYS.get(letter) ?? letter).join('');

/** A word in Latin letters, by its sounds. @param {string} word small letters, with no \u0451 */
const sounds = (word) => [...word].map((letter) => SOUNDS[(letter.codePointAt(0) ?? 0) - FIRST] ?? letter).join('');

/** A typed Latin word as it may sound. @param {string} word @returns {string[]} */
function readings(word) {
  let all = [word];
  for (const [spelling, sound] of SPELLINGS) all = [...new Set(all.flatMap((each) => [each, each.replace(spelling, sound)]))];
  return all.map((each) => each.replace(/[yj]/g, 'i'));
}

/** @param {string} text */
const words = (text) => fold(text).split(/[^\p{L}\p{N}]+/u).filter(Boolean);

/** @typedef {{ word: string, sound: string }[]} Index */

/** Prepares a text to be searched. @param {string} text @returns {Index} */
export const index = (text) => words(text).map((word) => ({ word, sound: sounds(word) }));

/** @typedef {(index: Index) => number} Query */

/**
 * Reads what was typed. The query says how well a text fits: 0 not at all, more where the words stand as they were
 * typed than where another layout or Latin letters were meant, and of either more where the text begins so.
 *
 * @param {string} typed
 * @returns {Query}
 */
export function query(typed) {
  const parts = typed.trim().split(/\s+/).filter(Boolean).map((part) => ({
    straight: words(part),
    heard: words(part).filter((word) => /^[a-z]/.test(word)).length ? words(part).map(readings) : [],
    other: words(swapped(part)),
  }));
  return (texts) => {
    /** @param {string} word */
    const at = (word) => texts.findIndex((each) => each.word.startsWith(word));
    /** @param {string[]} ways */
    const sounding = (ways) => texts.findIndex((each) => ways.some((way) => each.sound.startsWith(way)));
    /** @param {string[]} all */
    const every = (all) => all.length > 0 && all.every((word) => at(word) >= 0);
    let score = parts.length > 0 ? 6 : 0;
    for (const { straight, heard, other } of parts) {
      let fit = 0;
      if (every(straight)) fit = 5 + Number(at(straight[0]) === 0);
      else if (every(other)) fit = 3 + Number(at(other[0]) === 0);
      else if (heard.length > 0 && heard.every((ways) => sounding(ways) >= 0)) fit = 1 + Number(sounding(heard[0]) === 0);
      score = Math.min(score, fit);
    }
    return score;
  };
}
