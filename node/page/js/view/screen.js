// What screens beside the conversations have in common.

import { t } from '../base/words.js';
import { go } from '../state/route.js';
import { Icon, html } from './ui.js';

/** @param {{ title: string, note?: string, children?: unknown }} props */
export const Screen = ({ title, note, children }) => html`
  <section class="talk screen" id="talk" tabindex="-1">
    <header class="talk-head">
      <button type="button" class="plain talk-back" aria-label=${t('nav.back')} onClick=${() => go(null)}><${Icon} name="back" /></button>
      <div class="talk-title"><h1>${title}</h1>${note && html`<p>${note}</p>`}</div>
      <button type="button" class="plain screen-close" aria-label=${t('who.hide')} title=${t('who.hide')} onClick=${() => go(null)}><${Icon} name="close" /></button>
    </header>
    <div class="screen-body" tabindex="0" role="region" aria-label=${title}>${children}</div>
  </section>
`;
