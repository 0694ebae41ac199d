// Words in the person's language. A table is learned before it is spoken.

import { Signal, signal } from '../../vendor/signals-core.js';

/** @typedef {'ru' | 'en'} Language */

/** Languages that the page speaks, by their own names. @type {Record<Language, string>} */
export const LANGUAGES = { ru: 'Русский', en: 'English' };

/** @typedef {Record<string, string | Record<string, string>>} Table */

/** Words of the first screen. @type {Record<Language, () => Promise<{ default: Table }>>} */
const first = { ru: () => import('./words.ru.js'), en: () => import('./words.en.js') };

/** Words of the parts that come later. @type {Record<Language, () => Promise<{ default: Table }>>} */
const later = { ru: () => import('./words.ru.late.js'), en: () => import('./words.en.late.js') };

/** What has been learned. @type {Partial<Record<Language, Table>>} */
export const tables = {};

/** The language of the page. @type {Signal<Language>} */
export const lang = signal('ru');

const rules = { ru: new Intl.PluralRules('ru'), en: new Intl.PluralRules('en') };

/** Loads what the first screen says in a language. @param {Language} code */
export async function learn(code) {
  tables[code] ??= (await first[code]()).default;
}

/** Loads all words of a language. @param {Language} code */
export async function learnAll(code) {
  const [, { default: words }] = await Promise.all([learn(code), later[code]()]);
  tables[code] = { ...tables[code], ...words };
}

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
  const entry = tables[lang.value]?.[key] ?? key;
  const text = typeof entry === 'object' ? entry[rules[lang.value].select(params.n)] : entry;
  return text.replace(/\{(\w+)\}/g, (_, name) => params[name]);
}
