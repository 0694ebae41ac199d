// A conversation.

import { day } from '../base/dates.js';
import { post } from '../base/names.js';
import { t } from '../base/words.js';
import { chatOf, chats } from '../state/chats.js';
import { members, offices, people, strength, units } from '../state/district.js';
import { generation } from '../state/life.js';
import { now } from '../state/moment.js';
import { go, opened } from '../state/route.js';
import { self } from '../state/session.js';
import { pin, settings } from '../state/settings.js';
import { open, thread } from '../state/threads.js';
import { Banner } from './banners.js';
import { Composer } from './composer.js';
import { Badge } from './list.js';
import { Log } from './log.js';
import { linkWords } from './person.js';
import { carded, detailed } from './acts.js';
import { Details, Who } from './later.js';
import { Icon, Text, html, signal, useEffect } from './ui.js';

/** @import { Chat } from 'okrug' */

const wide = matchMedia('(min-width: 1180px)');
const whoOpen = signal(wide.matches);
wide.addEventListener('change', () => (whoOpen.value = wide.matches));

/** What stands under the title: the way down to the unit and its size, or who the person is. @param {{ chat: Chat }} props */
function About({ chat }) {
  if (chat.kind === 'person') {
    const person = people.value.get(chat.id);
    const office = person && offices.value.get(person.office);
    const parts = [person && post(person), office && `${office.name}, ${linkWords(office)}`].filter(Boolean);
    return html`<${Text} of=${parts.join(' · ')} />`;
  }
  const parent = chat.kind === 'unit' && units.value.get(units.value.get(chat.id)?.parent ?? '');
  const count = { unit: () => members(chat.id).length, district: () => strength.value, group: () => 0, role: () => 0, desk: () => 0 }[chat.kind]();
  const parts = [count > 0 && t('chat.members', { n: count }), t('chat.offices', { n: chat.offices })].filter(Boolean).join(' · ');
  return html`${parent && html`<span class="talk-above"><${Text} of=${parent.name} /> · </span>`}${parts}`;
}

/** @param {{ chat: Chat }} props */
const Head = ({ chat }) => html`
  <header class="talk-head">
    <button type="button" class="plain talk-back" aria-label=${t('nav.back')} onClick=${() => go(null)}><${Icon} name="back" /></button>
    <${Badge} kind=${chat.kind} title=${chat.title} />
    <div class="talk-title">
      <h1><${Text} of=${chat.title} /></h1>
      <p><${About} chat=${chat} /></p>
    </div>
    <button type="button" class="plain" aria-label=${t('chat.pin')} title=${t('chat.pin')} aria-pressed=${settings.value.pinned.includes(chat.id)} onClick=${() => pin(chat.id)}><${Icon} name="pin" /></button>
    ${chat.kind !== 'group' && html`<button type="button" class="plain talk-who" aria-label=${t('who.show')} title=${t('who.show')} aria-pressed=${whoOpen.value} onClick=${() => (whoOpen.value = !whoOpen.value)}>
      <${Icon} name="people" />
    </button>`}
  </header>
`;

/** What cannot be opened here, and from when. @param {NonNullable<Chat['unopened']>} unopened */
const lost = ({ messages, first, last, asked }) =>
  `${t('chat.unopened', { n: messages, first: day(Date.parse(first), now.value), last: day(Date.parse(last), now.value) })} ${t(asked ? 'chat.unopened_asked' : 'chat.unopened_told')}`;

/** @param {{ chat: Chat }} props */
function Conversation({ chat }) {
  /** @param {KeyboardEvent} event */
  function keys(event) {
    if (event.code !== 'Escape' || /** @type {Element} */ (event.target).closest('dialog')) return;
    if (carded.value) carded.value = '';
    else if (whoOpen.value && !wide.matches) whoOpen.value = false;
    else go(null);
  }
  const close = () => (carded.value ? (carded.value = '') : (whoOpen.value = false));
  const shown = detailed.value && thread(chat.id).messages.value.find(({ id }) => id === detailed.value);
  useEffect(() => void open(chat.id), []);
  useEffect(() => () => void (detailed.value = carded.value = ''), []);
  // On a small screen the column covers the conversation, which is not what was asked for by opening it.
  const huge = settings.value.size === 'huge';
  useEffect(() => void ((wide.matches && !huge) || (whoOpen.value = false)), [huge]);
  return html`
    <section class="talk" id="talk" data-chat=${chat.id} tabindex="-1" aria-label=${t('nav.talk')} onKeyDown=${keys}>
      <${Head} chat=${chat} />
      ${chat.unopened && html`<${Banner} kind="warn" text=${lost(chat.unopened)} />`}
      <${Log} key=${generation.value} chat=${chat} />
      ${chat.can_post && self().rights.includes('post') ? html`<${Composer} chat=${chat} />` : html`<p class="closed">${t(self().rights.includes('post') ? 'write.closed' : 'write.reader')}</p>`}
      ${shown && html`<${Details} key=${shown.id} message=${shown} close=${() => (detailed.value = '')} />`}
    </section>
    ${(carded.value || (whoOpen.value && chat.kind !== 'group')) && html`<${Who} chat=${chat} card=${carded.value} close=${close} />`}
  `;
}

export function Talk() {
  const chat = opened.value && chatOf(opened.value);
  if (chat) return html`<${Conversation} key=${chat.id} chat=${chat} />`;
  const text = opened.value && !chats.value ? t('app.loading') : t('chat.choose');
  return html`
    <section class="talk talk-none" id="talk" tabindex="-1" aria-label=${t('nav.talk')}>
      <span class="mark mark-faint" aria-hidden="true"></span>${opened.value ? html`<h1>${text}</h1>` : html`<p>${text}</p>`}
    </section>
  `;
}
