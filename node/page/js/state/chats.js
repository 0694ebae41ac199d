// The list of conversations.

import { computed, signal } from '../../vendor/signals-core.js';
import { compare } from '../base/names.js';
import { call } from '../link/http.js';
import { people } from './district.js';

/** Conversations by id, or null before they are loaded. */
export const chats = signal(null);

/** Messages nobody here has read yet. */
export const unreadTotal = computed(() => [...(chats.value?.values() ?? [])].reduce((sum, chat) => sum + chat.unread, 0));

const newest = (a, b) => (b.last?.sent ?? '').localeCompare(a.last?.sent ?? '') || compare(a.title, b.title);

/** Conversations in their three parts: units keep their places by name, people stand by the last word said. */
export const parts = computed(() => {
  const all = [...(chats.value?.values() ?? [])];
  const of = (kind, order) => all.filter((chat) => chat.kind === kind).sort(order);
  return { district: of('district', newest), unit: of('unit', (a, b) => compare(a.title, b.title)), person: of('person', newest) };
});

/** Loads the list. */
export async function loadChats() {
  const { chats: list } = await call('GET', '/chat');
  chats.value = new Map(list.map((chat) => [chat.id, chat]));
}

/** Takes in a conversation that is new or has changed. */
export const chatChanged = (chat) => (chats.value = new Map(chats.value).set(chat.id, chat));

/** Changes a conversation of the list, if it is there. */
export function patchChat(id, patch) {
  const chat = chats.value?.get(id);
  if (chat) chatChanged({ ...chat, ...patch });
}

/** Forgets the conversations of whoever was signed in. */
export const forgetChats = () => (chats.value = null);

/** The conversation with this id: listed, or with a person to whom nothing has been said yet. */
export function chatOf(id) {
  const listed = chats.value?.get(id);
  if (listed) return listed;
  const person = people.value.get(id);
  return person ? { id, kind: 'person', title: person.name, unread: 0, can_post: !person.me, offices: 1, last: null } : null;
}
