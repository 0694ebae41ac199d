// Who stands in for whoever is signed in.

import { computed } from '../../vendor/signals-core.js';
import { dayText } from '../base/day.js';
import { call } from '../link/http.js';
import { loadTree, people } from './district.js';
import { me } from './session.js';

/** @import { TreePerson } from 'okrug' */

/** One's own deputy, now or to come; null when there is none. */
export const ownDeputy = computed(() => people.value.get(me.value?.person.id ?? '')?.deputy ?? null);

/** The beginning of a day of the calendar, `days` later. @param {string} day as `2026-03-20` @param {number} [days] */
function midnight(day, days = 0) {
  const [year, month, date] = day.split('-').map(Number);
  return new Date(year, month - 1, date + days);
}

/**
 * The term from one day to another, both of them part of it: what begins today begins at once. Null when it ends before it begins.
 *
 * @param {string} from
 * @param {string} until
 * @param {number} now
 */
export function term(from, until, now) {
  const end = midnight(until, 1);
  const begin = from <= dayText(now) ? null : midnight(from);
  if (Number.isNaN(end.getTime()) || end.getTime() <= Math.max(now, begin?.getTime() ?? 0)) return null;
  return { ...(begin && { from: begin.toISOString() }), until: end.toISOString() };
}

/** Who can stand in: everybody who serves but oneself, those of one's own office first. @returns {TreePerson[]} */
export function candidates() {
  const own = people.value.get(me.value?.person.id ?? '');
  const far = (/** @type {TreePerson} */ person) => Number(person.office !== own?.office);
  const serving = [...people.value.values()].filter((person) => person.state === 'serves' && !person.me);
  return serving.sort((a, b) => far(a) - far(b) || a.name.localeCompare(b.name, 'ru'));
}

/** Names a deputy, or throws the `Problem`. @param {string} by @param {{ from?: string, until: string }} when */
export async function nameDeputy(by, when) {
  await call('POST', '/deputy', { by, ...when });
  await loadTree();
}

/** Ends it, or throws the `Problem`. */
export async function endDeputy() {
  await call('DELETE', '/deputy');
  await loadTree();
}
