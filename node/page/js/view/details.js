// The movement of a message: which offices have it, and what else the node can say of it.

import { full } from '../base/dates.js';
import { delivery } from '../base/delivery.js';
import { visibleText } from '../base/visible.js';
import { t } from '../base/words.js';
import { call } from '../link/http.js';
import { reason } from './reasons.js';
import { Icon, Text, html, useEffect, useModal, useState } from './ui.js';
import { waits } from './waits.js';

/** @import { Message, Trace, TraceOffice } from 'okrug' */
/** @import { Problem } from '../link/http.js' */

/** @param {{ name: string, children?: unknown }} props */
const Line = ({ name, children }) => html`<div><dt>${name}</dt><dd>${children}</dd></div>`;

/** For whom it is said, as beside the message. @param {{ of: NonNullable<Message['for']> }} props */
const Behalf = ({ of }) => html`
  <${Line} name=${t('trace.for')}><${Text} of=${of.name} as="b" />${of.right !== 'holds' && ` · ${t(`role.${of.right}`)}`}<//>
`;

/** A time of the node. @param {string} at */
const time = (at) => full(Date.parse(at));

/** What stands beside an office, its mark and its word. @param {TraceOffice} each */
function standing({ writes, reads, holds, wait }) {
  if (writes) return ['pencil', 'wrote'];
  if (wait?.code === 'removed' || wait?.code === 'gave_up' || wait?.code === 'left' || wait?.code === 'no_key' || (wait?.code === 'full' && !reads)) return ['close', wait.code];
  if (holds) return reads ? ['ticks', 'has'] : ['tick', 'carries'];
  return ['clock', 'waits'];
}

/** An office of the way: when it came there and by what, or why it waits. @param {{ each: TraceOffice }} props */
function Office({ each }) {
  const [mark, word] = standing(each);
  const at = each.said ?? each.heard;
  const parts = [t(`trace.${word}`), at && time(at), each.by && t(`trace.by_${each.by}`), each.wait && word === 'waits' && waits(each.wait, each.office)];
  if (each.stick && word === 'waits') parts.push(t('trace.on_stick', { time: time(each.stick) }));
  return html`<li class="trace trace-${word}"><${Icon} name=${mark} /><${Text} of=${each.name} /><span>${parts.filter(Boolean).join(' · ')}</span></li>`;
}

/** How it came here, and how many here have read it. @param {Trace} trace */
function here({ came, read_here: read }) {
  const from = came.from ? t('trace.came', { name: visibleText(came.name), by: came.by ? t(`trace.by_${came.by}`) : '' }) : came.with ? t(`trace.with_${came.with}`) : '';
  return [from, read.of > 0 && t('trace.read', { n: read.read, m: read.of })].filter(Boolean).join(' · ');
}

/** Offices of a message, asked for again whenever it has come further. @param {{ message: Message }} props */
function Movement({ message }) {
  const [told, setTold] = useState(/** @type {Trace | null} */ (null));
  const [problem, setProblem] = useState(/** @type {Problem | null} */ (null));
  useEffect(() => void call('GET', `/message/${message.id}/trace`).then(setTold, setProblem), [message.delivery]);
  if (told) return html`<p class="trace-here">${here(told)}</p><ul class="traces" tabindex="0" aria-label=${t('trace.where')}>${told.offices.map((each) => html`<${Office} key=${each.office} each=${each} />`)}</ul>`;
  return html`<p class="hint" role="status">${problem ? t('chat.failed', { why: reason(problem) }) : t('app.loading')}</p>`;
}

/** @param {{ message: Message, close: () => void }} props */
export function Details({ message, close }) {
  /** @type {{ current: HTMLDialogElement }} */
  const dialog = useModal();
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
