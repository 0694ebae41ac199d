// One message.

import { clock, full, moment } from '../base/dates.js';
import { delivery } from '../base/delivery.js';
import { initials, post } from '../base/names.js';
import { visibleText } from '../base/visible.js';
import { t } from '../base/words.js';
import { now } from '../state/moment.js';
import { thread } from '../state/threads.js';
import { Acts, active, carded } from './acts.js';
import { Icon, Text, html } from './ui.js';

/** @import { Message } from 'okrug' */

/** As much of an answered message as stands above the answer. */
const QUOTED = 160;

const MARKS = { queued: 'clock', relayed: 'tick', delivered: 'ticks' };

/** @param {{ of: Message['precedence'] }} props */
const Precedence = ({ of }) => of !== 'routine' && html`<span class="tag tag-${of}">${t(`prec.${of}`)}</span>`;

/** @param {{ message: Message }} props */
function Late({ message }) {
  const sent = Date.parse(message.sent);
  const received = Date.parse(message.received);
  const why = t('msg.late_why', { sent: full(sent), received: full(received) });
  return html`<span class="tag tag-late" title=${why}><${Icon} name="clock" />${t('msg.late', { when: moment(received, now.value, sent) })}</span>`;
}

/** @param {{ of: Message['delivery'] }} props */
function Delivery({ of }) {
  const { mark, word, detail } = delivery(of);
  return html`<span class="delivery delivery-${mark}" title=${detail}><${Icon} name=${MARKS[mark]} />${word}</span>`;
}

/** What stops it. @param {{ of: NonNullable<Message['notice']> }} props */
function Notice({ of }) {
  const names = of.offices.map(visibleText).join(', ') + (of.more ? ` ${t('stop.more', { n: of.more })}` : '');
  return html`<p class="msg-doubt msg-stop"><${Icon} name="warn" />${t(`stop.${of.code}`, { names, time: of.until ? full(Date.parse(of.until)) : '' })}</p>`;
}

/** @param {{ message: Message }} props */
function Content({ message }) {
  if (message.kind === 'text') return html`<${Text} of=${message.text} as="p" class="msg-text" />`;
  if (message.kind === 'erased' && message.kept_days) return html`<p class="msg-text msg-sealed">${t('msg.erased_days', { days: message.kept_days })}</p>`;
  return html`<p class="msg-text msg-sealed"><${Icon} name="alert" />${t(`msg.${message.kind}`)}</p>`;
}

/** For whom it is said, beside the name of who says it; without the right it is marked. @param {{ of: NonNullable<Message['for']> }} props */
const For = ({ of }) => html`
  <span class="msg-for">${t('role.for', { name: of.name })}</span>
  ${of.right !== 'holds' && html`<span class="tag tag-${of.right}" title=${t(`role.${of.right}_why`)}><${Icon} name="warn" />${t(`role.${of.right}`)}</span>`}
`;

/** @param {{ message: Message }} props */
function Head({ message }) {
  const { author, mine } = message;
  return html`
    <header class="msg-head">
      <button type="button" class="msg-author" title=${t('who.card')} onClick=${() => (carded.value = author.id)}>${mine ? html`<b>${t('chat.you')}</b>` : html`<${Text} of=${author.name} as="b" />`}</button>
      ${message.for && html`<${For} of=${message.for} />`}
      ${!mine && html`<span class="msg-from">${post(author) && html`<${Text} of=${author.position} /> · `}<${Text} of=${author.office_name} /></span>`}
      <${Precedence} of=${message.precedence} />
      ${message.late && html`<${Late} message=${message} />`}
    </header>
  `;
}

/** What a message answers, as far as it is here; a click leads to it. @param {{ message: Message, show: (message: { id: string }) => void }} props */
function Quote({ message, show }) {
  const id = message.reply_to ?? '';
  const found = thread(message.chat).messages.value.find((each) => each.id === id);
  return html`
    <button type="button" class="quote" title=${t('msg.answered')} onClick=${() => show({ id })}>
      ${found
        ? html`<b>${found.mine ? t('chat.you') : html`<${Text} of=${found.author.name} />`}</b> <${Text} of=${found.text.slice(0, QUOTED)} as="span" />`
        : html`<span>${t('msg.answers_earlier')}</span>`}
    </button>
  `;
}

/**
 * A message in its conversation; `first` shows who says it.
 *
 * @param {{ message: Message, first: boolean, may: boolean, show: (message: { id: string }) => void }} props
 */
export function Message({ message, first, may, show }) {
  const sent = Date.parse(message.sent);
  const kind = `${first ? ' msg-first' : ''}${message.mine ? ' msg-mine' : ''} msg-${message.precedence}`;
  const point = () => (active.value = message.id);
  return html`
    <article class="msg${kind}" data-id=${message.id} tabindex="-1" onPointerEnter=${point} onFocusIn=${point}>
      ${first && html`<span class="badge badge-person" aria-hidden="true">${initials(message.author.name)}</span>`}
      <div class="msg-body">
        ${first && html`<${Head} message=${message} />`}
        ${message.reply_to && html`<${Quote} message=${message} show=${show} />`}
        <${Content} message=${message} />
        ${message.unwitnessed && html`<p class="msg-doubt"><${Icon} name="warn" />${t('msg.unwitnessed')}</p>`}
        ${message.disputed && html`<p class="msg-doubt"><${Icon} name="warn" />${t('msg.disputed')}</p>`}
        ${message.mine && html`<${Delivery} of=${message.delivery} />`}
        ${message.mine && message.notice && html`<${Notice} of=${message.notice} />`}
      </div>
      <time class="msg-time" datetime=${message.sent} title=${full(sent)}>${clock(sent)}</time>
      <${Acts} message=${message} may=${may} />
    </article>
  `;
}
