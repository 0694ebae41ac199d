// Keys that work everywhere. They are known by their place on the keyboard, so that the Russian layout changes nothing.

import { flat } from '../state/chats.js';
import { go, opened, screen } from '../state/route.js';
import { me } from '../state/session.js';
import { tab } from './side.js';
import { signal } from './ui.js';

/** Whether quick find is open. */
export const finding = signal(false);

/** Opens the conversation that stands above or below in the list. @param {number} step */
function along(step) {
  const ids = flat.value.map(({ id }) => id);
  const at = opened.value === null ? -1 : ids.indexOf(opened.value);
  const next = at < 0 ? ids[step > 0 ? 0 : ids.length - 1] : ids[at + step];
  if (next) go(next);
}

/** Where one was before quick find. @type {Element | null} */
let before = null;

/** Opens quick find; until it is there, no key goes to where one wrote before. */
export function find() {
  before = document.activeElement;
  if (before instanceof HTMLElement) before.blur();
  finding.value = true;
}

/** Closes quick find; who has opened nothing goes on where they were. */
export function found() {
  finding.value = false;
  if (before instanceof HTMLElement && before.isConnected) before.focus();
}

/** What the keys do, by their physical names. @type {Record<string, () => unknown>} */
const DEEDS = {
  'Ctrl+KeyK': find,
  Escape: () => screen.value && go(null),
  'Alt+ArrowUp': () => along(-1),
  'Alt+ArrowDown': () => along(1),
  'Alt+Digit1': () => (tab.value = 'chats'),
  'Alt+Digit2': () => (tab.value = 'org'),
};

/** Listens to the keys from now on. */
export function keyboard() {
  addEventListener('keydown', (event) => {
    if (!me.value || event.isComposing || event.shiftKey) return;
    const deed = DEEDS[`${event.ctrlKey || event.metaKey ? 'Ctrl+' : ''}${event.altKey ? 'Alt+' : ''}${event.code}`];
    if (!deed || document.querySelector('dialog[open]')) return;
    if (event.code !== 'Escape') event.preventDefault();
    deed();
  });
}
