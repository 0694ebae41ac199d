// Quick find: people, units and conversations by the beginnings of their words, by keyboard alone.

import { index, query } from '../base/match.js';
import { compare, initials, post } from '../base/names.js';
import { t } from '../base/words.js';
import { chats } from '../state/chats.js';
import { offices, people, units } from '../state/district.js';
import { go } from '../state/route.js';
import { reveal } from './tree.js';
import { Icon, Text, html, useElement, useLayoutEffect, useModal, useState } from './ui.js';

const MOST = 12;

/** @typedef {{ id: string, kind: string, title: string, about: string, name: import('../base/match.js').Index, texts: import('../base/match.js').Index, recent: string }} Item */

/** More than any reading of a word is worth: a name comes before what only stands beside a name. */
const NAMED = 100;

/** Everything that can be found. @returns {Item[]} */
function everything() {
  /** @type {Item[]} */
  const all = [];
  for (const chat of chats.value?.values() ?? []) {
    if (chat.kind === 'person') continue;
    const parent = chat.kind === 'unit' ? units.value.get(units.value.get(chat.id)?.parent ?? '')?.name ?? '' : '';
    const about = [t(`find.${chat.kind}`), parent].filter(Boolean).join(' · ');
    all.push({ id: chat.id, kind: chat.kind, title: chat.title, about, name: index(chat.title), texts: index(chat.title), recent: chat.last?.sent ?? '' });
  }
  for (const unit of units.value.values()) {
    if (chats.value?.has(unit.id)) continue;
    // One that this person does not write to has its people.
    const about = [t('find.place'), units.value.get(unit.parent ?? '')?.name].filter(Boolean).join(' · ');
    all.push({ id: unit.id, kind: 'place', title: unit.name, about, name: index(unit.name), texts: index(unit.name), recent: '' });
  }
  for (const person of people.value.values()) {
    if (person.me) continue;
    const about = [post(person), units.value.get(person.unit)?.name, offices.value.get(person.office)?.name].filter(Boolean).join(' · ');
    all.push({ id: person.id, kind: 'person', title: person.name, about, name: index(person.name), texts: index(`${person.name} ${about}`), recent: chats.value?.get(person.id)?.last?.sent ?? '' });
  }
  return all;
}

/** @param {Item[]} all @param {string} typed */
function search(all, typed) {
  const fit = query(typed);
  const worth = (/** @type {Item} */ item) => (fit(item.name) > 0 ? NAMED + fit(item.name) : fit(item.texts));
  const found = typed.trim() ? all.map((item) => ({ item, score: worth(item) })).filter(({ score }) => score > 0)
    : all.filter(({ recent }) => recent).map((item) => ({ item, score: 1 }));
  found.sort((a, b) => b.score - a.score || b.item.recent.localeCompare(a.item.recent) || compare(a.item.title, b.item.title));
  return found.slice(0, MOST).map(({ item }) => item);
}

/** @param {{ close: () => void }} props */
export function Find({ close }) {
  /** @type {{ current: HTMLDialogElement }} */
  const dialog = useModal();
  /** @type {{ current: HTMLInputElement }} */
  const input = useElement();
  const [all] = useState(everything);
  const [typed, setTyped] = useState('');
  const [at, setAt] = useState(0);
  const found = search(all, typed);
  const here = Math.min(at, found.length - 1);

  useLayoutEffect(() => input.current.focus(), []);
  useLayoutEffect(() => dialog.current.querySelector('[aria-selected=true]')?.scrollIntoView({ block: 'nearest' }));

  /** @param {Item | undefined} item */
  function take(item) {
    if (!item) return;
    // Closing gives the focus back; a unit takes it after that.
    if (item.kind === 'place') dialog.current.addEventListener('close', () => reveal(item.id), { once: true });
    dialog.current.close();
    if (item.kind !== 'place') go(item.id);
  }

  /** @param {KeyboardEvent} event */
  function keys(event) {
    const step = event.code === 'ArrowDown' ? 1 : event.code === 'ArrowUp' ? -1 : 0;
    if (step && found.length > 0) setAt((here + step + found.length) % found.length);
    else if ((event.code === 'Enter' || event.code === 'NumpadEnter') && !event.isComposing) take(found[here]);
    else return;
    event.preventDefault();
  }

  /** @param {{ target: HTMLInputElement }} event */
  const type = (event) => (setTyped(event.target.value), setAt(0));

  return html`
    <dialog class="find" ref=${dialog} aria-label=${t('find.title')} onClose=${close} onClick=${(/** @type {Event} */ event) => event.target === dialog.current && dialog.current.close()}>
      <div class="find-box">
        <label class="find-line">
          <${Icon} name="find" />
          <input ref=${input} type="text" role="combobox" autocomplete="off" spellcheck=${false} placeholder=${t('find.hint')} aria-label=${t('find.title')}
            aria-expanded=${found.length > 0} aria-controls="found" aria-autocomplete="list" aria-activedescendant=${found.length > 0 ? `found-${here}` : undefined}
            value=${typed} onInput=${type} onKeyDown=${keys} />
        </label>
        <ul id="found" role="listbox" aria-label=${t('find.title')}>
          ${found.map((item, i) => html`
            <li key=${item.id} id="found-${i}" role="option" aria-selected=${i === here} class="find-item" onClick=${() => take(item)} onPointerMove=${() => setAt(i)}>
              <span class="badge badge-${item.kind}" aria-hidden="true">${item.kind === 'person' ? initials(item.title) : html`<${Icon} name=${item.kind === 'place' ? 'unit' : item.kind} />`}</span>
              <${Text} of=${item.title} as="b" />
              <${Text} of=${item.about} as="span" />
            </li>
          `)}
        </ul>
        <p class="find-foot quiet" role="status">${typed.trim() && found.length === 0 ? t('org.nothing') : t('find.keys')}</p>
      </div>
    </dialog>
  `;
}
