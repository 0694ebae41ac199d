// The address of the page says what is open, so that "back" and "reload" do what they say.

import { Signal, computed, signal } from '../../vendor/signals-core.js';

const CHAT = '#/chat/';
/** Screens beside the conversations. */
const SCREENS = ['settings', 'outbox', 'sessions', 'node'];

/** @type {Signal<string>} */
const hash = signal('');

/** The id of the open conversation, or null. */
export const opened = computed(() => (hash.value.startsWith(CHAT) ? decoded(hash.value.slice(CHAT.length)) : null));

/** The name of the open screen, or null. */
export const screen = computed(() => SCREENS.find((name) => hash.value === `#/${name}`) ?? null);

/** An address that somebody typed may be no address. @param {string} text */
function decoded(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return null;
  }
}

/** @param {string} to */
function turn(to) {
  if (to === hash.value) return;
  // The browser tells of a new address later; the page shows it now.
  location.hash = to;
  hash.value = to;
}

/** Opens a conversation; null goes back to the list. @param {string | null} chat */
export const go = (chat) => turn(chat === null ? '#/' : CHAT + encodeURIComponent(chat));

/** Opens a screen by its name. @param {string} name */
export const show = (name) => turn(`#/${name}`);

/** Follows the address from now on. */
export function follow() {
  hash.value = location.hash;
  addEventListener('hashchange', () => (hash.value = location.hash));
}
