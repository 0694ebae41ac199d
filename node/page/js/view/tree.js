// The organisation: units, in them offices, in them people.

import { sorted } from '../base/names.js';
import { t } from '../base/words.js';
import { chats } from '../state/chats.js';
import { children, offices, people, posts, staff, units } from '../state/district.js';
import { go } from '../state/route.js';
import { self } from '../state/session.js';
import { Found } from './found.js';
import { Link, Person, RoleRow } from './person.js';
import { tab } from './side.js';
import { Icon, Text, html, signal } from './ui.js';

/** @import { TreeOffice, TreePerson, TreeUnit } from 'okrug' */

/** Keys of what is unfolded, beyond the way to the person's own desk; folded there is a false. */
const unfolded = signal(new Map());
const query = signal('');
/** The unit that is gone to. @type {string | null} */
let sought = null;

/** @param {string} key @param {boolean} byItself */
function isOpen(key, byItself) {
  return unfolded.value.get(key) ?? byItself;
}

/** @param {string} key @param {boolean} open */
const fold = (key, open) => (unfolded.value = new Map(unfolded.value).set(key, open));

/** Unfolds the way to a unit, and goes there. @param {string} unit */
export function reveal(unit) {
  const way = new Map(unfolded.value);
  /** @type {string | null | undefined} */
  let at = unit;
  for (; at; at = units.value.get(at)?.parent) way.set(at, true);
  sought = unit;
  [tab.value, query.value, unfolded.value] = ['org', '', way];
  // Where there is room for one column, this is the one.
  if (matchMedia('(max-width: 759px)').matches) go(null);
}

/** Whoever looked for a unit is there as soon as it is drawn. @param {HTMLElement | null} row @param {string | undefined} unit */
function arrive(row, unit) {
  if (!row || !unit || unit !== sought) return;
  sought = null;
  row.focus({ preventScroll: true });
  row.scrollIntoView({ block: 'nearest' });
}

/** Whether this is the person's own unit or one above it. @param {string} unit */
function isMine(unit) {
  /** @type {string | null | undefined} */
  let at = self().person.unit;
  for (; at; at = units.value.get(at)?.parent) if (at === unit) return true;
  return false;
}

/** @param {{ label: unknown, open: boolean, toggle: (open: boolean) => void, aside: unknown, kids: () => unknown, class: string, unit?: string }} props */
function Branch({ label, open, toggle, aside, kids, class: name, unit }) {
  /** @param {KeyboardEvent} event */
  const keys = (event) => {
    if (event.key === 'ArrowRight' && !open) toggle(true);
    else if (event.key === 'ArrowLeft' && open) toggle(false);
    else return;
    event.preventDefault();
  };
  return html`
    <li class=${name}>
      <div class="branch">
        <button type="button" class="branch-name" ref=${(/** @type {HTMLElement | null} */ row) => arrive(row, unit)} data-row aria-expanded=${open} onClick=${() => toggle(!open)} onKeyDown=${keys}>
          <${Icon} name="right" />${label}
        </button>
        ${aside}
      </div>
      ${open && html`<ul>${kids()}</ul>`}
    </li>
  `;
}

/** @param {{ unit: TreeUnit, office: TreeOffice, list: TreePerson[], alone: boolean }} props */
function Office({ unit, office, list, alone }) {
  const key = `${unit}/${office.id}`;
  const open = isOpen(key, alone || office.link === 'here');
  return html`
    <${Branch} class="tree-office" open=${open} toggle=${(/** @type {boolean} */ to) => fold(key, to)}
      label=${html`<${Text} of=${office.name} />${office.suspended && html` <em>${t('org.suspended')}</em>`}<${Link} office=${office} />`}
      aside=${html`<span class="quiet">${list.length}</span>`}
      kids=${() => list.map((person) => html`<li key=${person.id}><${Person} person=${person} /></li>`)} />
  `;
}

/** People of a unit by office: one's own office first. @param {string} unit */
function byOffice(unit) {
  const list = staff.value.get(unit) ?? [];
  const ids = [...new Set(list.map((person) => person.office))].map((id) => offices.value.get(id)).filter((office) => office !== undefined);
  return sorted(ids, (office) => (office.link === 'here' ? '' : office.name)).map((office) => ({
    office, list: list.filter((person) => person.office === office.id),
  }));
}

/** @param {{ unit: TreeUnit }} props */
function Unit({ unit }) {
  const open = isOpen(unit.id, isMine(unit.id));
  const title = t('org.write_unit');
  const aside = chats.value?.has(unit.id) && html`
    <button type="button" class="plain branch-talk" title=${title} aria-label=${`${title}: ${unit.name}`} onClick=${() => go(unit.id)}>
      <${Icon} name="talk" />
    </button>
  `;
  const kids = () => {
    const groups = byOffice(unit.id);
    return [
      ...(posts.value.get(unit.id) ?? []).map((role) => html`<li key=${role.id}><${RoleRow} role=${role} /></li>`),
      ...groups.map(({ office, list }) => html`
        <${Office} key=${office.id} unit=${unit.id} office=${office} list=${list} alone=${groups.length === 1} />`),
      ...(children.value.get(unit.id) ?? []).map((child) => html`<${Unit} key=${child.id} unit=${child} />`),
    ];
  };
  return html`
    <${Branch} class="tree-unit" unit=${unit.id} open=${open} toggle=${(/** @type {boolean} */ to) => fold(unit.id, to)} label=${html`<${Text} of=${unit.name} />`} aside=${aside} kids=${kids} />
  `;
}

export function Tree() {
  /** @param {{ target: HTMLInputElement }} event */
  const type = (event) => (query.value = event.target.value);
  return html`
    <label class="filter">
      <${Icon} name="find" />
      <input type="search" placeholder=${t('org.filter')} aria-label=${t('org.filter')} value=${query.value} onInput=${type} />
    </label>
    ${query.value.trim()
      ? html`<${Found} typed=${query.value} reveal=${reveal} />`
      : people.value.size === 0 && units.value.size === 0
        ? html`<p class="hint" aria-busy="true">${t('app.loading')}</p>`
        : html`<ul class="tree">${(children.value.get(null) ?? []).map((unit) => html`<${Unit} key=${unit.id} unit=${unit} />`)}</ul>`}
  `;
}
