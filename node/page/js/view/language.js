// Choosing the language of the page.

import { LANGUAGES, lang, learn, learnAll, preferred, t } from '../base/words.js';
import { keep, kept } from '../state/kept.js';
import { effect, html } from './ui.js';

/** @import { Language } from '../base/words.js' */

/** @type {Language[]} */
const CODES = ['ru', 'en'];

/** Begins with the language chosen here before, else the browser's, and tells assistive software which it is. */
export async function speak() {
  const chosen = kept('language');
  const code = chosen === 'ru' || chosen === 'en' ? chosen : preferred(navigator.languages ?? [navigator.language]);
  await learn(code);
  lang.value = code;
  effect(() => void (document.documentElement.lang = lang.value));
}

/** Learns the other languages too, while there is nothing else to do: the choice must work without the node. */
export const study = () => CODES.forEach((code) => learnAll(code).catch(() => {}));

/** @param {Language} code */
async function choose(code) {
  await learnAll(code);
  lang.value = code;
  keep('language', code);
}

export const Languages = () => html`
  <div class="languages" role="group" aria-label=${t('lang.choose')}>
    ${CODES.map((code) => html`
      <button type="button" lang=${code} aria-pressed=${lang.value === code} title=${LANGUAGES[code]} onClick=${() => choose(code).catch(() => {})}>
        ${code}
      </button>
    `)}
  </div>
`;
