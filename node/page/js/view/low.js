// How the page looks: as the person chose it, and the way to the low-vision version.

import { t } from '../base/words.js';
import { lowVision, settings, toggleLow } from '../state/settings.js';
import { Icon, computed, effect, html, signal } from './ui.js';

const dark = matchMedia('(prefers-color-scheme: dark)');
const night = signal(dark.matches);
dark.addEventListener('change', () => (night.value = dark.matches));

/** The colours that are shown. */
export const scheme = computed(() => (settings.value.scheme !== 'system' ? settings.value.scheme : night.value ? 'dark' : 'light'));

/** Shows the page as the person chose it, from now on. */
export const dress = () => effect(() => void Object.assign(document.documentElement.dataset, { size: settings.value.size, scheme: scheme.value }));

/** The way to the low-vision version, and back. */
export const LowSwitch = () => html`
  <button type="button" class="plain low-switch" aria-pressed=${lowVision.value} aria-label=${t('low.on')} title=${t('low.on')} onClick=${toggleLow}>
    <${Icon} name="eye" />
  </button>
`;
