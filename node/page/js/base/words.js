// Words in the person's language.

import { signal } from '../../vendor/signals-core.js';
import en from './words.en.js';
import ru from './words.ru.js';

export const tables = { ru, en };

/** The language of the page: `ru` or `en`. */
export const lang = signal('ru');

const rules = { ru: new Intl.PluralRules('ru'), en: new Intl.PluralRules('en') };

/** The first language of the browser's list that the page speaks, else English. */
export function preferred(languages) {
  for (const tag of languages) {
    const short = tag.slice(0, 2).toLowerCase();
    if (short in tables) return short;
  }
  return 'en';
}

/** The words for a key; `{name}` takes the parameter of that name, and `n` chooses the plural form. */
export function t(key, params = {}) {
  const entry = tables[lang.value][key];
  const text = typeof entry === 'object' ? entry[rules[lang.value].select(params.n)] : entry;
  return text.replace(/\{(\w+)\}/g, (_, name) => params[name]);
}
