// What the filter of the tree finds.

import { index, query } from '../base/match.js';
import { sorted } from '../base/names.js';
import { t } from '../base/words.js';
import { chats } from '../state/chats.js';
import { offices, people, roles, units } from '../state/district.js';
import { go } from '../state/route.js';
import { Person, RoleRow } from './person.js';
import { Icon, Text, html } from './ui.js';

const MOST = 100;

/** @param {string} typed */
function search(typed) {
  const found = [];
  const fits = query(typed);
  for (const unit of sorted(units.value.values(), (each) => each.name)) {
    if (fits(index(unit.name)) > 0) found.push({ unit, talks: chats.value?.has(unit.id) });
  }
  for (const role of sorted(roles.value.values(), (each) => each.title)) {
    if (fits(index([role.title, role.office_name, role.unit_name].join(' '))) > 0) found.push({ role });
  }
  for (const person of sorted(people.value.values(), (each) => each.name)) {
    const office = offices.value.get(person.office);
    const unit = units.value.get(person.unit);
    if (fits(index([person.name, person.position, office?.name, unit?.name].join(' '))) > 0) found.push({ person, office });
    if (found.length >= MOST) break;
  }
  return found;
}

/** @param {{ typed: string, reveal: (unit: string) => void }} props */
export function Found({ typed, reveal }) {
  const found = search(typed);
  if (found.length === 0) return html`<p class="hint" role="status">${t('org.nothing')}</p>`;
  return html`
    <ul class="found">
      ${found.map(({ unit, talks, role, person, office }) => role ? html`<li key=${role.id}><${RoleRow} role=${role} /></li>` : unit
        ? html`<li key=${unit.id}><button type="button" class="person" data-row onClick=${() => (talks ? go : reveal)(unit.id)}>
            <span class="badge badge-unit" aria-hidden="true"><${Icon} name="unit" /></span>
            <span class="person-name"><${Text} of=${unit.name} /></span>
            <span class="person-post">${t(talks ? 'org.write_unit' : 'find.place')}</span>
          </button></li>`
        : html`<li key=${person.id}><${Person} person=${person} office=${office} /></li>`)}
    </ul>
  `;
}
