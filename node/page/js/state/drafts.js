// What is written and not yet sent, for each conversation; kept by this browser until sent or signed out.

import { Signal, computed, signal } from '../../vendor/signals-core.js';
import { keep, kept } from './kept.js';

const PAUSE_MS = 300;

/**
 * What is written, how it is to go, what it answers, and for whom it is said.
 *
 * @typedef {{ text: string, precedence: 'routine' | 'urgent' | 'flash', reply?: { id: string, name: string, text: string } | null, as?: string | null }} Draft
 */

/** Drafts by conversation. @type {Signal<Record<string, Draft>>} */
export const drafts = signal({});

/** @type {string | null} */
let owner = null;
/** @type {ReturnType<typeof setTimeout> | undefined} */
let timer;

/** Takes up the drafts of a person. @param {string} person */
export function loadDrafts(person) {
  owner = person;
  drafts.value = kept(`drafts.${person}`) ?? {};
}

/** Nothing written, nothing chosen. @type {Draft} */
export const BLANK = { text: '', precedence: 'routine' };

/** What has a text and is not sent. */
export const unsent = computed(() => Object.values(drafts.value).filter(({ text }) => text.trim()).length);

/** Changes the draft of a conversation; a blank one is none. @param {string} chat @param {Draft} draft */
export function write(chat, draft) {
  const { [chat]: _, ...others } = drafts.value;
  drafts.value = draft.text || draft.reply || draft.as || draft.precedence !== BLANK.precedence ? { ...others, [chat]: draft } : others;
  timer ??= setTimeout(save, PAUSE_MS);
}

/** As much of an answered message as is shown above the answer. */
const QUOTE = 160;

/** Makes the draft of a conversation an answer. @param {import('okrug').Message} message @param {string} name who is answered */
export function answer({ chat, id, text }, name) {
  write(chat, { ...(drafts.value[chat] ?? BLANK), reply: { id, name, text: text.slice(0, QUOTE) } });
}

/** Writes to the browser's store now: the page may be closed next. */
export function save() {
  clearTimeout(timer);
  timer = undefined;
  if (owner) keep(`drafts.${owner}`, Object.keys(drafts.value).length ? drafts.value : null);
}

/** Erases the drafts of whoever was signed in. */
export function eraseDrafts() {
  drafts.value = {};
  save();
  owner = null;
}
