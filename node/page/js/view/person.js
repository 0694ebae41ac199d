// A person or an office as a row.

import { age } from '../base/dates.js';
import { initials, post } from '../base/names.js';
import { t } from '../base/words.js';
import { nodeLost } from '../state/life.js';
import { now } from '../state/moment.js';
import { go, opened } from '../state/route.js';
import { Text, html } from './ui.js';

/** @import { TreeOffice, TreePerson } from 'okrug' */

/** Whether an office is within reach, as far as anybody here knows. @param {TreeOffice} office */
const linkOf = (office) => (nodeLost.value ? 'unknown' : office.link);

/** The same in words. @param {TreeOffice} office */
export function linkWords(office) {
  const link = linkOf(office);
  const last = office.last_contact;
  if (link !== 'down') return t(`link.${link}`);
  return last ? t('link.down', { age: age(now.value - Date.parse(last)) }) : t('link.never');
}

/** A dot of the link's state; its words are the tooltip and what screen readers say. @param {{ office: TreeOffice }} props */
export const Link = ({ office }) => html`<span class="dot dot-${linkOf(office)}" role="img" aria-label=${linkWords(office)} title=${linkWords(office)}></span>`;

/** A person to whom one writes by a click. @param {{ person: TreePerson, office?: TreeOffice }} props */
export function Person({ person, office }) {
  const inside = html`
    <span class="badge badge-person" aria-hidden="true">${initials(person.name)}</span>
    <span class="person-name"><${Text} of=${person.name} />${person.me && html` <em>${t('org.me')}</em>`}${person.state !== 'serves' && html` <em>${t(`org.${person.state}`)}</em>`}</span>
    ${(post(person) || office) && html`
      <span class="person-post">${post(person) && html`<${Text} of=${person.position} />`}${post(person) && office && ', '}${office && html`<${Text} of=${office.name} />`}</span>`}
  `;
  if (person.me || person.state !== 'serves') return html`<div class="person">${inside}</div>`;
  return html`
    <button type="button" class="person" data-row aria-current=${opened.value === person.id} onClick=${() => go(person.id)}>${inside}</button>
  `;
}
