// The address of the page says which conversation is open, so that "back" and "reload" do what they say.

import { Signal, signal } from '../../vendor/signals-core.js';

const MARK = '#/chat/';

/** The id of the open conversation, or null. @type {Signal<string | null>} */
export const opened = signal(null);

const read = () => (location.hash.startsWith(MARK) ? decodeURIComponent(location.hash.slice(MARK.length)) : null);

/** Opens a conversation; null goes back to the list. @param {string | null} chat */
export function go(chat) {
  if (chat === opened.value) return;
  location.hash = chat === null ? '#/' : MARK + encodeURIComponent(chat);
}

/** Follows the address from now on. */
export function follow() {
  opened.value = read();
  addEventListener('hashchange', () => (opened.value = read()));
}
