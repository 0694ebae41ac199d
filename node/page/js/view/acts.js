// What can be done with a message: it stands beside the message that is pointed at or has the focus, and nowhere else.

import { t } from '../base/words.js';
import { answer } from '../state/drafts.js';
import { Icon, html, signal, useComputed } from './ui.js';

/** @import { Message } from 'okrug' */

/** The id of the message that is pointed at or has the focus. */
export const active = signal('');
/** The id of the message whose details are shown. */
export const detailed = signal('');

/** The id of the person whose card is shown beside the conversation. */
export const carded = signal('');

/** Begins an answer and goes to where it is written. @param {Message} message */
export function reply(message) {
  answer(message, message.mine ? t('chat.you') : message.author.name);
  document.getElementById('write')?.focus();
}

/** @param {Message} message */
export const detail = (message) => (detailed.value = message.id);

/** @param {{ message: Message, may: boolean }} props */
export function Acts({ message, may }) {
  const on = useComputed(() => active.value === message.id);
  if (!on.value) return null;
  return html`
    <div class="acts">
      ${may && message.kind === 'text' && html`
        <button type="button" class="plain" aria-label=${t('msg.reply')} title=${t('msg.reply')} aria-keyshortcuts="R" onClick=${() => reply(message)}><${Icon} name="reply" /></button>`}
      <button type="button" class="plain" aria-label=${t('msg.trace')} title=${t('msg.trace')} aria-keyshortcuts="I" onClick=${() => detail(message)}><${Icon} name="info" /></button>
    </div>
  `;
}
