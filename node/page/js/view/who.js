// The column on the right: who reads a conversation, and how far away they are.

import { post, sorted } from '../base/names.js';
import { t } from '../base/words.js';
import { members, offices, people, readers, units } from '../state/district.js';
import { Link, Person, linkWords } from './person.js';
import { Icon, Text, html } from './ui.js';

/** @import { Chat, TreeOffice, TreePerson } from 'okrug' */

/** @param {{ office: TreeOffice, list: TreePerson[] }} props */
function Office({ office, list }) {
  return html`
    <section class="who-office">
      <h3><${Link} office=${office} /><${Text} of=${office.name} /></h3><p class="who-link quiet">${linkWords(office)}</p>
      <ul>${list.map((person) => html`<li key=${person.id}><${Person} person=${person} /></li>`)}</ul>
    </section>
  `;
}

/** @param {{ person: TreePerson }} props */
function Card({ person }) {
  const office = offices.value.get(person.office);
  const unit = units.value.get(person.unit);
  return html`
    <div class="who-card">
      <${Text} of=${person.name} as="b" />
      ${post(person) && html`<${Text} of=${person.position} as="span" />`}
      ${unit && html`<${Text} of=${unit.name} as="span" />`}
      ${office && html`<span><${Link} office=${office} /> <${Text} of=${office.name} />, ${linkWords(office)}</span>`}
    </div>
  `;
}

/** Offices of a conversation with their people: one's own first, then those without a link, then by name. @param {Chat} chat */
function byOffice(chat) {
  const all = chat.kind === 'unit' ? members(chat.id) : [];
  const order = { here: '1', down: '2', up: '3' };
  return sorted(readers(chat), (office) => `${order[office.link]} ${office.name}`).map((office) => ({
    office, list: all.filter((person) => person.office === office.id),
  }));
}

/** @param {{ chat: Chat, close: () => void }} props */
export function Who({ chat, close }) {
  const person = chat.kind === 'person' && people.value.get(chat.id);
  return html`
    <aside class="who" aria-label=${t('who.show')}>
      <header class="who-head">
        <h2>${t(chat.kind === 'person' ? 'who.person' : 'who.title')}</h2>
        <button type="button" class="plain" aria-label=${t('who.hide')} title=${t('who.hide')} onClick=${close}><${Icon} name="close" /></button>
      </header>
      <div class="who-list">
        ${chat.kind === 'person'
          ? person && html`<${Card} person=${person} />`
          : byOffice(chat).map(({ office, list }) => html`<${Office} key=${office.id} office=${office} list=${list} />`)}
      </div>
    </aside>
  `;
}
