// What is written and not yet sent, for each conversation; kept by this browser until sent or signed out.

import { computed, signal } from '../../vendor/signals-core.js';
import { keep, kept } from './kept.js';

const PAUSE_MS = 300;

/** Drafts by conversation: `{ text, precedence }`. */
export const drafts = signal({});

let owner = null;
let timer = null;

/** Takes up the drafts of a person. */
export function loadDrafts(person) {
  owner = person;
  drafts.value = kept(`drafts.${person}`) ?? {};
}

/** Nothing written, nothing chosen. */
export const BLANK = { text: '', precedence: 'routine' };

/** What has a text and is not sent. */
export const unsent = computed(() => Object.values(drafts.value).filter(({ text }) => text.trim()).length);

/** Changes the draft of a conversation; a blank one is none. */
export function write(chat, draft) {
  const { [chat]: _, ...others } = drafts.value;
  drafts.value = draft.text || draft.precedence !== BLANK.precedence ? { ...others, [chat]: draft } : others;
  timer ??= setTimeout(save, PAUSE_MS);
}

/** Writes to the browser's store now: the page may be closed next. */
export function save() {
  clearTimeout(timer);
  timer = null;
  if (owner) keep(`drafts.${owner}`, Object.keys(drafts.value).length ? drafts.value : null);
}

/** Erases the drafts of whoever was signed in. */
export function eraseDrafts() {
  drafts.value = {};
  save();
  owner = null;
}
