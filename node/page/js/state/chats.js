// The list of conversations.

import { Signal, computed, signal } from '../../vendor/signals-core.js';
import { compare } from '../base/names.js';
import { call } from '../link/http.js';
import { people } from './district.js';

/** @import { Chat, Chats, Message } from 'okrug' */

/** Conversations by id, or null before they are loaded. @type {Signal<Map<string, Chat> | null>} */
export const chats = signal(null);

/** Messages nobody here has read yet. */
export const unreadTotal = computed(() => [...(chats.value?.values() ?? [])].reduce((sum, chat) => sum + chat.unread, 0));

/** @param {Chat} a @param {Chat} b */
const newest = (a, b) => (b.last?.sent ?? '').localeCompare(a.last?.sent ?? '') || compare(a.title, b.title);

/** Conversations in their parts: units and groups keep their places by name, people stand by the last word said. */
export const parts = computed(() => {
  const all = [...(chats.value?.values() ?? [])];
  /** @param {Chat['kind']} kind @param {(a: Chat, b: Chat) => number} order */
  const of = (kind, order) => all.filter((chat) => chat.kind === kind).sort(order);
  /** @param {Chat} a @param {Chat} b */
  const named = (a, b) => compare(a.title, b.title);
  return { district: of('district', newest), unit: of('unit', named), group: of('group', named), person: of('person', newest) };
});

/** Loads the list. */
export async function loadChats() {
  /** @type {Chats} */
  const { chats: list } = await call('GET', '/chat');
  chats.value = new Map(list.map((chat) => [chat.id, chat]));
}

/** Takes in a conversation that is new or has changed. @param {Chat} chat */
export const chatChanged = (chat) => (chats.value = new Map(chats.value).set(chat.id, chat));

/** Changes a conversation of the list, if it is there. @param {string} id @param {Partial<Chat>} patch */
export function patchChat(id, patch) {
  const chat = chats.value?.get(id);
  if (chat) chatChanged({ ...chat, ...patch });
}

/** Ids of the messages counted last, so that one that is told again is not counted again. @type {Set<string>} */
const counted = new Set();
const COUNTED = 2000;

/** The oldest of a set that is not empty. @param {Set<string>} set */
const first = (set) => /** @type {string} */ (set.values().next().value);

/** Takes in a message: what the list shows of its conversation, and whether it is news. @param {Message} message */
export function mention({ id, chat: chatId, text, author, sent, mine }) {
  const chat = chats.value?.get(chatId);
  if (!chats.value || counted.has(id)) return;
  counted.add(id);
  if (counted.size > COUNTED) counted.delete(first(counted));
  if (!chat) return void loadChats().catch(() => {});
  const last = !chat.last || chat.last.sent <= sent ? { text, author: author.name, sent } : chat.last;
  patchChat(chatId, { last, unread: chat.unread + (mine ? 0 : 1) });
}

/** Forgets the conversations of whoever was signed in. */
export function forgetChats() {
  chats.value = null;
  counted.clear();
}

/**
 * The conversation with this id: listed, or with a person to whom nothing has been said yet.
 *
 * @param {string} id
 * @returns {Chat | null}
 */
export function chatOf(id) {
  const listed = chats.value?.get(id);
  if (listed) return listed;
  const person = people.value.get(id);
  return person ? { id, kind: 'person', title: person.name, unread: 0, can_post: !person.me, offices: 1, last: null } : null;
}
