// What a person has chosen for this browser.

import { Signal, computed, signal } from '../../vendor/signals-core.js';
import { isQuiet } from '../base/quiet.js';
import { keep, kept } from './kept.js';

/**
 * @typedef {{
 *   size: 'normal' | 'large' | 'huge', scheme: 'system' | 'light' | 'dark' | 'contrast', enter: 'send' | 'line',
 *   sounds: boolean, notify: boolean, quiet: boolean, from: string, until: string,
 *   low: { size: Settings['size'], scheme: Settings['scheme'] } | null, pinned: string[],
 * }} Settings
 */

/** What holds before anybody chooses. @type {Settings} */
export const DEFAULTS = {
  size: 'normal', scheme: 'system', enter: 'send', sounds: false, notify: false, quiet: false, from: '22:00', until: '07:00', low: null, pinned: [],
};

/** What holds. @type {Signal<Settings>} */
export const settings = signal({ ...DEFAULTS });

/** Whether the low-vision version is shown. */
export const lowVision = computed(() => settings.value.low !== null);

/** @type {string | null} */
let owner = null;

/** Takes up what a person chose here; null is whoever stands at the door, who sees what was chosen last. @param {string | null} person */
export function loadSettings(person) {
  owner = person;
  const own = person && kept(`settings.${person}`);
  settings.value = { ...DEFAULTS, ...(own ?? kept('look') ?? {}) };
}

/** Changes something. @param {Partial<Settings>} patch */
export function choose(patch) {
  settings.value = { ...settings.value, ...patch };
  const { size, scheme, low } = settings.value;
  keep('look', { size, scheme, low });
  if (owner) keep(`settings.${owner}`, settings.value);
}

/** Shows the low-vision version, or what was there before it. */
export function toggleLow() {
  const { low, size, scheme } = settings.value;
  choose(low ? { ...low, low: null } : { size: 'huge', scheme: 'contrast', low: { size, scheme } });
}

/** Whether what is not flash must keep silent now. */
export const hushed = (at = new Date()) => settings.value.quiet && isQuiet(at, settings.value.from, settings.value.until);

/** Pins a conversation above the others, or lets it go. @param {string} chat */
export function pin(chat) {
  const { pinned } = settings.value;
  choose({ pinned: pinned.includes(chat) ? pinned.filter((each) => each !== chat) : [...pinned, chat] });
}
