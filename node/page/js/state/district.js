// The organisation: units, offices, people, and which offices are within reach.

import { Signal, computed, signal } from '../../vendor/signals-core.js';
import { sorted } from '../base/names.js';
import { call } from '../link/http.js';

/** @import { PeerChange, Tree, TreeOffice, TreePerson, TreeUnit, Chat } from 'okrug' */

/** @type {Tree} */
const EMPTY = { version: 0, units: [], offices: [], people: [], roles: [] };

const tree = signal(EMPTY);

/** @template {{ id: string }} T @param {T[]} list @returns {Map<string, T>} */
const byId = (list) => new Map(list.map((each) => [each.id, each]));

/** @template T @template K @param {T[]} list @param {(each: T) => K} key @returns {Map<K, T[]>} */
const grouped = (list, key) => {
  const groups = new Map();
  for (const each of list) groups.set(key(each), [...(groups.get(key(each)) ?? []), each]);
  return groups;
};

export const offices = computed(() => byId(tree.value.offices));
export const units = computed(() => byId(tree.value.units));
export const people = computed(() => byId(tree.value.people));
export const roles = computed(() => byId(tree.value.roles));

/** Roles by the id of their unit, each list in the order of titles. */
export const posts = computed(() => grouped(sorted(tree.value.roles, (role) => role.title), (role) => role.unit));

/** For whom somebody stands in now. @param {string} id */
export const standsInFor = (id) => tree.value.people.filter(({ deputy }) => deputy?.now && deputy.by === id);

/** The id of the office that answers. */
export const here = computed(() => tree.value.offices.find((office) => office.here)?.id ?? '');

/** Units by their parent's id (null for the highest), each list in the order of names. */
export const children = computed(() => grouped(sorted(tree.value.units, (unit) => unit.name), (unit) => unit.parent ?? null));

/** People by the id of their unit, each list in the order of names. */
export const staff = computed(() => grouped(sorted(tree.value.people, (person) => person.name), (person) => person.unit));

/** Offices without a link, the longest silent first. */
export const silent = computed(() =>
  tree.value.offices.filter((office) => office.link === 'down').sort((a, b) => (a.last_contact ?? '').localeCompare(b.last_contact ?? '')));

/** Loads the tree; a version that is already here is loaded anyway, since links are part of the answer. */
export async function loadTree() {
  tree.value = await call('GET', '/org/tree');
}

/** Takes in that a link came up or went down. @param {PeerChange} change */
export function linkChanged({ office, link, last_contact: last }) {
  tree.value = {
    ...tree.value,
    offices: tree.value.offices.map((each) => (each.id === office ? { ...each, link, last_contact: last } : each)),
  };
}

/** Forgets the district of whoever was signed in. */
export const forgetTree = () => (tree.value = EMPTY);

/** The ids of a unit and all below it. @param {string} unit @returns {string[]} */
export function branch(unit) {
  return [unit, ...(children.value.get(unit) ?? []).flatMap((child) => branch(child.id))];
}

/**
 * Offices that read a conversation: all, those with a part of the unit, or the two people's.
 *
 * @param {Chat} chat
 * @returns {TreeOffice[]}
 */
export function readers(chat) {
  if (chat.kind === 'district') return [...offices.value.values()];
  if (chat.kind === 'person') return [officeOf(chat.id)].filter((office) => office !== undefined);
  if (chat.kind === 'role' || chat.kind === 'desk') {
    const [role, person] = chat.id.split('.');
    const of = person ? officeOf(person) : offices.value.get(roles.value.get(role)?.office ?? '');
    return of ? [of] : [];
  }
  const ids = new Set(branch(chat.id).flatMap((unit) => units.value.get(unit)?.offices ?? []));
  return [...offices.value.values()].filter((office) => ids.has(office.id));
}

/** The office of a person. @param {string} id */
const officeOf = (id) => offices.value.get(people.value.get(id)?.office ?? '');

/** Whether a person has neither left nor moves. @param {TreePerson} person */
const serves = (person) => person.state === 'serves';

/** How many people serve in the district. */
export const strength = computed(() => tree.value.people.filter(serves).length);

/** People who serve in a unit and all below it. @param {string} unit @returns {TreePerson[]} */
export const members = (unit) => branch(unit).flatMap((each) => staff.value.get(each) ?? []).filter(serves);
