// The column on the right: who reads a conversation, and how far away they are.

import { dateOf } from '../base/dates.js';
import { initials, post, sorted } from '../base/names.js';
import { visibleText } from '../base/visible.js';
import { lang, t } from '../base/words.js';
import { call } from '../link/http.js';
import { members, offices, people, readers, roles, standsInFor, units } from '../state/district.js';
import { go } from '../state/route.js';
import { Link, Person, linkWords } from './person.js';
import { Icon, Text, html, useEffect, useState } from './ui.js';

/** @import { Chat, Deputy, PersonCard, TreeOffice, TreePerson, TreeUnit } from 'okrug' */

/** @param {{ office: TreeOffice, list: TreePerson[] }} props */
function Office({ office, list }) {
  return html`
    <section class="who-office">
      <h3><${Link} office=${office} /><${Text} of=${office.name} /></h3><p class="who-link quiet">${linkWords(office)}</p>
      <ul>${list.map((person) => html`<li key=${person.id}><${Person} person=${person} /></li>`)}</ul>
    </section>
  `;
}

/** Units from the highest down to a person's own. @param {string} id */
function wayTo(id) {
  /** @type {TreeUnit[]} */
  const way = [];
  for (let unit = units.value.get(id); unit; unit = units.value.get(unit.parent ?? '')) way.unshift(unit);
  return way;
}

/** @param {{ name: string, children?: unknown }} props */
const Line = ({ name, children }) => html`<div><dt>${name}</dt><dd>${children}</dd></div>`;

/** The words of a person's keys, to be compared over the telephone. @param {{ id: string }} props */
function Fingerprint({ id }) {
  const [card, setCard] = useState(/** @type {PersonCard | null} */ (null));
  useEffect(() => void call('GET', `/person/${id}`).then(setCard, () => {}), [id]);
  return card && html`
    <div class="who-key">
      <h3>${t('who.key')}</h3>
      <p class="who-words">${card.fingerprint[lang.value].replaceAll('-', ' ')}</p>
      <p class="quiet">${t('who.key_why')}</p>
    </div>
  `;
}

/** Somebody beside the term of a deputy. @param {Deputy} deputy @param {string} name */
function whole({ from, until, now }, name) {
  const [begin, date] = [dateOf(Date.parse(from)), dateOf(Date.parse(until) - 1)];
  return t(now ? 'who.until' : 'who.since', { name: visibleText(name), from: begin, date });
}

/** Who somebody is by the directory, and by nothing that they wrote themselves. @param {{ id: string, chat: string }} props */
function Card({ id, chat }) {
  const person = people.value.get(id);
  if (!person) return html`<p class="hint">${t('who.gone')}</p>`;
  const office = offices.value.get(person.office);
  return html`
    <div class="who-card">
      <span class="badge badge-person" aria-hidden="true">${initials(person.name)}</span>
      <${Text} of=${person.name} as="b" />
      ${post(person) && html`<${Text} of=${person.position} as="span" class="who-post" />`}
      <dl>
        <${Line} name=${t('who.unit')}>${wayTo(person.unit).map((unit, i) => html`${i > 0 && ' › '}<${Text} of=${unit.name} />`)}<//>
        ${person.deputy && html`<${Line} name=${t('who.deputy')} children=${whole(person.deputy, person.deputy.name)} />`}
        ${standsInFor(id).map(({ id: absent, name, deputy }) => deputy && html`<${Line} key=${absent} name=${t('who.stands')} children=${whole(deputy, name)} />`)}
        ${office && html`
          <${Line} name=${t('who.office')}><${Text} of=${office.name} /><//>
          <${Line} name=${t('who.link')}><${Link} office=${office} /> ${linkWords(office)}<//>
        `}
      </dl>
      <${Fingerprint} id=${id} />
      ${!person.me && id !== chat && html`<button type="button" class="primary" onClick=${() => go(id)}>${t('who.write')}</button>`}
    </div>
  `;
}

/** People who have the duty of a role now, or the one with whom the role corresponds. @param {string} chat */
function onDuty(chat) {
  const [role, with_] = chat.split('.');
  const ids = with_ ? [with_] : (roles.value.get(role)?.holders ?? []).filter(({ now }) => now).map(({ person }) => person);
  return ids.map((id) => people.value.get(id)).filter((person) => person !== undefined);
}

/** Offices of a conversation with their people: one's own first, then those without a link, then by name. @param {Chat} chat */
function byOffice(chat) {
  const all = chat.kind === 'unit' ? members(chat.id) : onDuty(chat.id);
  const order = { here: '1', down: '2', up: '3' };
  return sorted(readers(chat), (office) => `${order[office.link]} ${office.name}`).map((office) => ({
    office, list: all.filter((person) => person.office === office.id),
  }));
}

/** @param {{ chat: Chat, card: string, close: () => void }} props */
export function Who({ chat, card, close }) {
  const person = card || (chat.kind === 'person' ? chat.id : '');
  return html`
    <aside class="who" aria-label=${t('who.show')}>
      <header class="who-head">
        <h2>${t(card ? 'who.card' : person ? 'who.person' : 'who.title')}</h2>
        <button type="button" class="plain" aria-label=${t('who.hide')} title=${t('who.hide')} onClick=${close}><${Icon} name="close" /></button>
      </header>
      <div class="who-list" tabindex="0">
        ${person
          ? html`<${Card} id=${person} chat=${chat.id} />`
          : byOffice(chat).map(({ office, list }) => html`<${Office} key=${office.id} office=${office} list=${list} />`)}
      </div>
    </aside>
  `;
}
