// Words in the person's language.

import { Signal, signal } from '../../vendor/signals-core.js';
import en from './words.en.js';
import ru from './words.ru.js';

/** @typedef {'ru' | 'en'} Language */

/** @type {Record<Language, Record<string, string | Record<string, string>>>} */
export const tables = { ru, en };

/** The language of the page. @type {Signal<Language>} */
export const lang = signal('ru');

const rules = { ru: new Intl.PluralRules('ru'), en: new Intl.PluralRules('en') };

/** The first language of the browser's list that the page speaks, else English. @param {readonly string[]} languages @returns {Language} */
export function preferred(languages) {
  for (const tag of languages) {
    const short = tag.slice(0, 2).toLowerCase();
    if (short === 'ru' || short === 'en') return short;
  }
  return 'en';
}

/** The words for a key; `{name}` takes the parameter of that name, and `n` chooses the plural form. @param {string} key @param {Record<string, any>} [params] */
export function t(key, params = {}) {
  const entry = tables[lang.value][key];
  const text = typeof entry === 'object' ? entry[rules[lang.value].select(params.n)] : entry;
  return text.replace(/\{(\w+)\}/g, (_, name) => params[name]);
}
