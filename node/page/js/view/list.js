// The list of conversations.

import { brief } from '../base/dates.js';
import { initials } from '../base/names.js';
import { t } from '../base/words.js';
import { chats, parts } from '../state/chats.js';
import { drafts } from '../state/drafts.js';
import { now } from '../state/moment.js';
import { go, opened } from '../state/route.js';
import { self } from '../state/session.js';
import { Count, Icon, Text, html } from './ui.js';

/** @import { Chat } from 'okrug' */

/** The square that stands for a conversation: initials of a person, a sign for others. @param {{ kind: string, title: string }} props */
export const Badge = ({ kind, title }) => html`
  <span class="badge badge-${kind}" aria-hidden="true">${kind === 'person' ? initials(title) : html`<${Icon} name=${kind} />`}</span>
`;

/** @param {{ chat: Chat }} props */
function Preview({ chat }) {
  const draft = drafts.value[chat.id];
  if (draft?.text && opened.value !== chat.id) return html`<span class="row-last"><em>${t('chat.draft')}</em> <${Text} of=${draft.text} /></span>`;
  if (!chat.last) return null;
  const mine = chat.last.author === self().person.name;
  const author = mine ? t('chat.you') : chat.kind === 'person' ? null : html`<${Text} of=${chat.last.author} />`;
  return html`<span class="row-last">${author && html`${author}: `}<${Text} of=${chat.last.text} /></span>`;
}

/** @param {{ chat: Chat }} props */
const Row = ({ chat }) => html`
  <li>
    <button type="button" class="row" data-row data-chat=${chat.id} aria-current=${opened.value === chat.id} onClick=${() => go(chat.id)}>
      <${Badge} kind=${chat.kind} title=${chat.title} />
      <${Text} of=${chat.title} as="span" class="row-title" />
      ${chat.last && html`<time class="row-time" datetime=${chat.last.sent}>${brief(Date.parse(chat.last.sent), now.value)}</time>`}
      <${Preview} chat=${chat} />
      <${Count} of=${chat.unread} />
    </button>
  </li>
`;

/** @param {{ title: string, list: Chat[] }} props */
const Part = ({ title, list }) => list.length > 0 && html`
  <section class="part">
    <h2>${title}</h2>
    <ul>${list.map((chat) => html`<${Row} key=${chat.id} chat=${chat} />`)}</ul>
  </section>
`;

export function Chats() {
  if (!chats.value) return html`<p class="hint" aria-busy="true">${t('app.loading')}</p>`;
  if (chats.value.size === 0) return html`<p class="hint">${t('chat.none')}</p>`;
  const { pinned, office, district } = parts.value;
  return html`
    <${Part} title=${t('chat.pinned')} list=${pinned} />
    <${Part} title=${t('chat.office')} list=${office} />
    <${Part} title=${t('chat.district')} list=${district} />
  `;
}
