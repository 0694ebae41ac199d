// Where a message is and how it came: what the node can say of it.

import { full } from '../base/dates.js';
import { delivery } from '../base/delivery.js';
import { t } from '../base/words.js';
import { Icon, Text, html, useElement, useLayoutEffect } from './ui.js';

/** @import { Message } from 'okrug' */

/** @param {{ name: string, children?: unknown }} props */
const Line = ({ name, children }) => html`<div><dt>${name}</dt><dd>${children}</dd></div>`;

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
        <${Line} name=${t('trace.sent')}>${full(Date.parse(message.sent))}<//>
        <${Line} name=${t('trace.received')}>${full(Date.parse(message.received))}${message.late && ` · ${t('trace.late')}`}<//>
        <${Line} name=${t('prec.legend')}>${t(`prec.${message.precedence}`)}<//>
        <${Line} name=${t('trace.where')}>${told.detail}<//>
        <${Line} name=${t('trace.id')}><code>${message.id}</code><//>
      </dl>
    </dialog>
  `;
}
