// The movement of a message: which offices have it, and what else the node can say of it.

import { full } from '../base/dates.js';
import { delivery } from '../base/delivery.js';
import { t } from '../base/words.js';
import { call } from '../link/http.js';
import { offices } from '../state/district.js';
import { linkWords } from './person.js';
import { reason } from './reasons.js';
import { Icon, Text, html, useEffect, useElement, useLayoutEffect, useState } from './ui.js';

/** @import { Message, Trace, TraceOffice } from 'okrug' */
/** @import { Problem } from '../link/http.js' */

/** @param {{ name: string, children?: unknown }} props */
const Line = ({ name, children }) => html`<div><dt>${name}</dt><dd>${children}</dd></div>`;

/** For whom it is said, as beside the message. @param {{ of: NonNullable<Message['for']> }} props */
const Behalf = ({ of }) => html`
  <${Line} name=${t('trace.for')}><${Text} of=${of.name} as="b" />${of.right !== 'holds' && ` · ${t(`role.${of.right}`)}`}<//>
`;

/** Where an office stands: it wrote, it has it, it waits. @param {{ each: TraceOffice }} props */
function Office({ each }) {
  const office = offices.value.get(each.office);
  const [mark, word] = each.writes ? ['pencil', 'wrote'] : each.holds ? [each.reads ? 'ticks' : 'tick', each.reads ? 'has' : 'carries'] : ['clock', 'waits'];
  return html`
    <li class="trace trace-${word}">
      <${Icon} name=${mark} /><${Text} of=${each.name} />
      <span>${t(`trace.${word}`)}${word === 'waits' && office && office.link === 'down' && html` · ${linkWords(office)}`}</span>
    </li>
  `;
}

/** Offices of a message, asked for again whenever it has come further. @param {{ message: Message }} props */
function Movement({ message }) {
  const [told, setTold] = useState(/** @type {Trace | null} */ (null));
  const [problem, setProblem] = useState(/** @type {Problem | null} */ (null));
  useEffect(() => void call('GET', `/chat/${message.chat}/trace?message=${message.id}`).then(setTold, setProblem), [message.delivery]);
  if (told) return html`<ul class="traces" tabindex="0" aria-label=${t('trace.where')}>${told.offices.map((each) => html`<${Office} key=${each.office} each=${each} />`)}</ul>`;
  return html`<p class="hint" role="status">${problem ? t('chat.failed', { why: reason(problem) }) : t('app.loading')}</p>`;
}

/** @param {{ message: Message, close: () => void }} props */
export function Details({ message, close }) {
  /** @type {{ current: HTMLDialogElement }} */
  const dialog = useElement();
  useLayoutEffect(() => dialog.current.showModal(), []);
  const { author } = message;
  const told = delivery(message.delivery);
  return html`
    <dialog class="details" ref=${dialog} aria-labelledby="details-title" onClose=${close}>
      <header class="details-head">
        <h2 id="details-title">${t('msg.trace')}</h2>
        <button type="button" class="plain" aria-label=${t('who.hide')} onClick=${() => dialog.current.close()}><${Icon} name="close" /></button>
      </header>
      <dl>
        <${Line} name=${t('trace.author')}><${Text} of=${author.name} as="b" />${author.position && html`, <${Text} of=${author.position} />`}, <${Text} of=${author.office_name} /><//>
        ${message.for && html`<${Behalf} of=${message.for} />`}
        <${Line} name=${t('trace.sent')}>${full(Date.parse(message.sent))}<//>
        <${Line} name=${t('trace.received')}>${full(Date.parse(message.received))}${message.late && ` · ${t('trace.late')}`}<//>
        <${Line} name=${t('prec.legend')}>${t(`prec.${message.precedence}`)}<//>
        <${Line} name=${t('trace.where')}>${told.detail}<//>
        <${Line} name=${t('trace.id')}><code>${message.id}</code><//>
      </dl>
      <${Movement} message=${message} />
    </dialog>
  `;
}
