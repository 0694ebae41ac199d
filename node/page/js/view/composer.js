// Writing.

import { t } from '../base/words.js';
import { BLANK, drafts, write } from '../state/drafts.js';
import { send } from '../state/outbox.js';
import { settings } from '../state/settings.js';
import { Icon, Text, html, useEffect, useElement, useLayoutEffect } from './ui.js';

/** @import { Chat } from 'okrug' */
/** @import { Draft } from '../state/drafts.js' */

/** As much text as one message holds, in bytes of UTF-8. */
const MAX_BYTES = 32_768;
/** @type {Draft['precedence'][]} */
const PRECEDENCES = ['routine', 'urgent', 'flash'];

/** Whether fingers write here: then Enter starts a line, for there is no Shift to hold. */
const touch = matchMedia('(pointer: coarse)');

/** @param {string} text */
const excess = (text) => (text.length * 3 <= MAX_BYTES ? 0 : Math.max(0, new TextEncoder().encode(text).length - MAX_BYTES));

/** @param {{ value: Draft['precedence'], change: (precedence: Draft['precedence']) => void }} props */
const Precedence = ({ value, change }) => html`
  <fieldset class="precedence">
    <legend class="unseen">${t('prec.legend')}</legend>
    ${PRECEDENCES.map((each) => html`
      <label class="choice choice-${each}">
        <input type="radio" name="precedence" value=${each} checked=${value === each} onChange=${() => change(each)} />
        <span>${t(`prec.${each}`)}</span>
      </label>
    `)}
  </fieldset>
`;

/** @param {{ chat: Chat }} props */
export function Composer({ chat }) {
  /** @type {{ current: HTMLTextAreaElement }} */
  const area = useElement();
  const draft = drafts.value[chat.id] ?? BLANK;
  const over = excess(draft.text);

  useLayoutEffect(() => {
    const { style } = area.current;
    style.height = 'auto';
    style.height = `${area.current.scrollHeight + 2}px`;
  }, [draft.text]);
  useEffect(() => void (touch.matches || area.current.focus()), []);

  /** @param {Event} event */
  function submit(event) {
    event.preventDefault();
    const text = draft.text.trim();
    if (!text || over > 0) return;
    send(chat.id, { text, precedence: draft.precedence, reply: draft.reply });
    write(chat.id, BLANK);
    area.current.focus();
  }

  const enters = settings.value.enter === 'send' && !touch.matches;

  /** @param {KeyboardEvent} event */
  function keys(event) {
    if (event.code === 'Escape' && draft.reply) {
      event.stopPropagation();
      write(chat.id, { ...draft, reply: null });
    }
    if ((event.code === 'Enter' || event.code === 'NumpadEnter' || event.key === 'Enter') && !event.isComposing && !event.shiftKey && (event.ctrlKey || enters)) submit(event);
  }

  return html`
    <form class="write write-${draft.precedence}" onSubmit=${submit}>
      ${draft.reply && html`
        <div class="write-reply">
          <${Icon} name="reply" /><span class="quote"><b><${Text} of=${draft.reply.name} /></b> <${Text} of=${draft.reply.text} as="span" /></span>
          <button type="button" class="plain" aria-label=${t('write.no_reply')} title=${t('write.no_reply')} onClick=${() => (write(chat.id, { ...draft, reply: null }), area.current.focus())}><${Icon} name="close" /></button>
        </div>`}
      <label class="unseen" for="write">${t('write.to', { title: chat.title })}</label>
      <textarea id="write" ref=${area} rows="1" dir="auto" placeholder=${t('write.label')} value=${draft.text}
        onInput=${(/** @type {{ target: HTMLTextAreaElement }} */ event) => write(chat.id, { ...draft, text: event.target.value })} onKeyDown=${keys} aria-invalid=${over > 0}></textarea>
      <div class="write-acts">
        <${Precedence} value=${draft.precedence} change=${(/** @type {Draft['precedence']} */ precedence) => write(chat.id, { ...draft, precedence })} />
        <span class=${over > 0 ? 'fault' : 'quiet write-keys'}>${over > 0 ? t('write.long', { n: over }) : t(`write.keys.${enters ? 'send' : 'line'}`)}</span>
        <button type="submit" class="primary write-send" disabled=${!draft.text.trim() || over > 0} aria-label=${t('write.send')}>
          <span class="write-word">${t('write.send')}</span><${Icon} name="send" />
        </button>
      </div>
    </form>
  `;
}
