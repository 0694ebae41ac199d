// Choosing the language of the page.

import { lang, preferred, t, tables } from '../base/words.js';
import { keep, kept } from '../state/kept.js';
import { effect, html } from './ui.js';

/** @import { Language } from '../base/words.js' */

/** Begins with the language chosen here before, else the browser's, and tells assistive software which it is. */
export function speak() {
  const chosen = kept('language');
  lang.value = chosen === 'ru' || chosen === 'en' ? chosen : preferred(navigator.languages ?? [navigator.language]);
  effect(() => void (document.documentElement.lang = lang.value));
}

/** @param {Language} code */
function choose(code) {
  lang.value = code;
  keep('language', code);
}

/** @type {Language[]} */
const CODES = ['ru', 'en'];

export const Languages = () => html`
  <div class="languages" role="group" aria-label=${t('lang.choose')}>
    ${CODES.map((code) => html`
      <button type="button" lang=${code} aria-pressed=${lang.value === code} title=${tables[code]['lang.name']} onClick=${() => choose(code)}>
        ${code}
      </button>
    `)}
  </div>
`;
