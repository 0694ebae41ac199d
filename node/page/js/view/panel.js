// The low-vision version: three sizes and three schemes, in sight all the time.

import { t } from '../base/words.js';
import { choose, settings, toggleLow } from '../state/settings.js';
import { html } from './ui.js';

/** @import { Settings } from '../state/settings.js' */

/** @type {Settings['size'][]} */
export const SIZES = ['normal', 'large', 'huge'];
/** @type {Settings['scheme'][]} */
const SCHEMES = ['light', 'dark', 'contrast'];

/** @param {{ on: boolean, pick: () => void, label: string, class: string, text: string }} props */
const Choice = ({ on, pick, label, class: name, text }) => html`
  <button type="button" class=${name} aria-pressed=${on} aria-label=${label} title=${label} onClick=${pick}>${text}</button>
`;

export const LowPanel = () => html`
  <section class="low" aria-label=${t('low.on')}>
    <div role="group" aria-label=${t('set.size')}>
      ${SIZES.map((size) => html`<${Choice} key=${size} class="low-${size}" on=${settings.value.size === size} pick=${() => choose({ size })} label=${t(`set.size.${size}`)} text=${t('low.letter')} />`)}
    </div>
    <div role="group" aria-label=${t('set.scheme')}>
      ${SCHEMES.map((scheme) => html`<${Choice} key=${scheme} class="low-${scheme}" on=${settings.value.scheme === scheme} pick=${() => choose({ scheme })} label=${t(`set.scheme.${scheme}`)} text=${t('low.colour')} />`)}
    </div>
    <button type="button" class="link" onClick=${toggleLow}>${t('low.off')}</button>
  </section>
`;
