// A person or an office as a row.

import { age, date } from '../base/dates.js';
import { initials, post } from '../base/names.js';
import { visibleText } from '../base/visible.js';
import { t } from '../base/words.js';
import { standsInFor } from '../state/district.js';
import { nodeLost } from '../state/life.js';
import { now } from '../state/moment.js';
import { go, opened } from '../state/route.js';
import { Icon, Text, html } from './ui.js';

/** @import { Role, TreeOffice, TreePerson } from 'okrug' */

/** Whether an office is within reach, as far as anybody here knows. @param {TreeOffice} office */
const linkOf = (office) => (nodeLost.value ? 'unknown' : office.link);

/** The same in words. @param {TreeOffice} office */
export function linkWords(office) {
  const words = wayWords(office);
  return office.suspended ? `${words}; ${t('org.suspended')}` : words;
}

/** @param {TreeOffice} office */
function wayWords(office) {
  const link = linkOf(office);
  const last = office.last_contact;
  if (link !== 'down') return t(`link.${link}`);
  return last ? t('link.down', { age: age(now.value - Date.parse(last)) }) : t('link.never');
}

/** A dot of the link's state; its words are the tooltip and what screen readers say. @param {{ office: TreeOffice }} props */
export const Link = ({ office }) => html`<span class="dot dot-${linkOf(office)}" role="img" aria-label=${linkWords(office)} title=${linkWords(office)}></span>`;

/** The last day of a term, which ends at a moment that is no part of it. @param {string} until */
const last = (until) => date(Date.parse(until) - 1);

/** Who stands in for a person, or for whom they stand in: names and the date. @param {{ person: TreePerson }} props */
function Standing({ person }) {
  const absent = standsInFor(person.id);
  if (absent.length > 0) {
    const until = absent.map(({ deputy }) => deputy?.until ?? '').sort()[0];
    return html`<span class="person-post">${t('org.stands_in', { date: last(until), names: visibleText(absent.map(({ name }) => name).join(', ')) })}</span>`;
  }
  const { deputy } = person;
  return deputy?.now && html`<span class="person-post">${t('org.away', { name: visibleText(deputy.name), date: last(deputy.until) })}</span>`;
}

/** A role, to which one writes by a click, with those on duty. @param {{ role: Role }} props */
export function RoleRow({ role }) {
  const names = role.holders.filter(({ now: on }) => on).map(({ name }) => name);
  return html`
    <button type="button" class="person" data-row aria-current=${opened.value === role.id} onClick=${() => go(role.id)}>
      <span class="badge badge-role" aria-hidden="true"><${Icon} name="role" /></span>
      <span class="person-name"><${Text} of=${role.title} /></span>
      <span class="person-post">${names.length > 0 ? t('role.duty', { names: visibleText(names.join(', ')) }) : t('role.vacant')}, <${Text} of=${role.office_name} /></span>
    </button>
  `;
}

/** A person to whom one writes by a click. @param {{ person: TreePerson, office?: TreeOffice }} props */
export function Person({ person, office }) {
  const inside = html`
    <span class="badge badge-person" aria-hidden="true">${initials(person.name)}</span>
    <span class="person-name"><${Text} of=${person.name} />${person.me && html` <em>${t('org.me')}</em>`}${person.state !== 'serves' && html` <em>${t(`org.${person.state}`)}</em>`}</span>
    ${(post(person) || office) && html`
      <span class="person-post">${post(person) && html`<${Text} of=${person.position} />`}${post(person) && office && ', '}${office && html`<${Text} of=${office.name} />`}</span>`}
    <${Standing} person=${person} />
  `;
  if (person.me || person.state !== 'serves') return html`<div class="person">${inside}</div>`;
  return html`
    <button type="button" class="person" data-row aria-current=${opened.value === person.id} onClick=${() => go(person.id)}>${inside}</button>
  `;
}
