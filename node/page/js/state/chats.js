// The list of conversations.

import { Signal, computed, signal } from '../../vendor/signals-core.js';
import { compare } from '../base/names.js';
import { call } from '../link/http.js';
import { here, people, roles } from './district.js';
import { settings } from './settings.js';

/** @import { Chat, Chats, Message } from 'okrug' */

/** Conversations by id, or null before they are loaded. @type {Signal<Map<string, Chat> | null>} */
export const chats = signal(null);

/** Messages nobody here has read yet. */
export const unreadTotal = computed(() => [...(chats.value?.values() ?? [])].reduce((sum, chat) => sum + chat.unread, 0));

/** @param {Chat} a @param {Chat} b */
const newest = (a, b) => (b.last?.sent ?? '').localeCompare(a.last?.sent ?? '') || compare(a.title, b.title);

/** Whether a conversation is with somebody, a person or a role, and not of a place. @param {Chat} chat */
const isWithOne = (chat) => chat.kind === 'person' || chat.kind === 'role' || chat.kind === 'desk';

/** Within a part the named ones keep their places, and those with somebody stand below by the last word said. @param {Chat} a @param {Chat} b */
const inPart = (a, b) =>
  Number(isWithOne(a)) - Number(isWithOne(b)) || (isWithOne(a) ? newest(a, b) : RANKS[a.kind] - RANKS[b.kind] || compare(a.title, b.title));

const RANKS = { district: 0, group: 1, unit: 2, person: 3, role: 3, desk: 3 };

/** Whether a conversation stays within the office. @param {Chat} chat */
const isHome = (chat) => chat.kind !== 'district' && (chat.kind === 'person' ? people.value.get(chat.id)?.office === here.value : chat.offices <= 1);

/** Conversations in their parts: pinned by the person, of this office, and of the whole district. */
export const parts = computed(() => {
  const all = [...(chats.value?.values() ?? [])].sort(inPart);
  const pinned = settings.value.pinned.flatMap((id) => chats.value?.get(id) ?? []);
  const rest = all.filter((chat) => !pinned.includes(chat));
  return { pinned, office: rest.filter(isHome), district: rest.filter((chat) => !isHome(chat)) };
});

/** Conversations as they stand below each other. */
export const flat = computed(() => Object.values(parts.value).flat());

/** How often the list has changed: an answer that was asked for before a change may not know of it. */
let changes = 0;

/** Loads the list; again when it changed meanwhile, but not for ever. */
export async function loadChats() {
  for (let tries = 0, before = -1; before !== changes && tries < 3; tries++) {
    before = changes;
    /** @type {Chats} */
    const { chats: list } = await call('GET', '/chat');
    chats.value = new Map(list.map((chat) => [chat.id, chat]));
  }
}

/** Takes in a conversation that is new or has changed. @param {Chat} chat */
export function chatChanged(chat) {
  changes++;
  chats.value = new Map(chats.value).set(chat.id, chat);
}

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

/** Takes in a message: what the list shows of its conversation, and whether it is news. @param {Message} message @returns {boolean} true for what is heard of for the first time */
export function mention({ id, chat: chatId, text, author, sent, mine }) {
  const chat = chats.value?.get(chatId);
  if (!chats.value || counted.has(id)) return false;
  counted.add(id);
  if (counted.size > COUNTED) counted.delete(first(counted));
  if (!chat) return loadChats().catch(() => {}), true;
  const last = !chat.last || chat.last.sent <= sent ? { text, author: author.name, sent } : chat.last;
  patchChat(chatId, { last, unread: chat.unread + (mine ? 0 : 1) });
  return true;
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
  const role = roles.value.get(id);
  if (role) return { id, kind: 'role', title: `${role.title}, ${role.office_name}`, unread: 0, can_post: true, offices: 2, last: null };
  const person = people.value.get(id);
  return person ? { id, kind: 'person', title: person.name, unread: 0, can_post: !person.me, offices: 1, last: null } : null;
}
