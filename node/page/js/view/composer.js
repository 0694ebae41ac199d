// Writing.

import { t } from '../base/words.js';
import { BLANK, drafts, write } from '../state/drafts.js';
import { send } from '../state/outbox.js';
import { self } from '../state/session.js';
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

/** As whom one writes, where there is a choice; for a role's own conversation there is none. @param {{ chat: Chat, value: string, change: (as: string) => void }} props */
function As({ chat, value, change }) {
  const all = self().acts_for;
  if (chat.kind === 'desk') {
    const role = all.find(({ id }) => id === chat.id.split('.')[0]);
    return role && html`<span class="write-as">${t('role.for', { name: role.name })}</span>`;
  }
  const wanted = all.filter(({ id }) => id !== chat.id);
  return wanted.length > 0 && html`
    <select class="write-as" aria-label=${t('role.as')} title=${t('role.as')} value=${value} onChange=${(/** @type {{ target: HTMLSelectElement }} */ event) => change(event.target.value)}>
      <option value="">${t('role.self')}</option>
      ${wanted.map(({ id, name }) => html`<option key=${id} value=${id}>${t('role.for', { name })}</option>`)}
    </select>`;
}

/** @param {{ chat: Chat }} props */
export function Composer({ chat }) {
  /** @type {{ current: HTMLTextAreaElement }} */
  const area = useElement();
  const draft = drafts.value[chat.id] ?? BLANK;
  const over = excess(draft.text);
  // Whose duty has ended is not written for any more.
  const as = self().acts_for.some(({ id }) => id === draft.as) ? draft.as : null;

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
    send(chat.id, { text, precedence: draft.precedence, reply: draft.reply, as });
    write(chat.id, { ...BLANK, as });
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
        <${As} chat=${chat} value=${as ?? ''} change=${(/** @type {string} */ next) => write(chat.id, { ...draft, as: next || null })} />
        <span class=${over > 0 ? 'fault' : 'quiet write-keys'}>${over > 0 ? t('write.long', { n: over }) : t(`write.keys.${enters ? 'send' : 'line'}`)}</span>
        <button type="submit" class="primary write-send" disabled=${!draft.text.trim() || over > 0} aria-label=${t('write.send')}>
          <span class="write-word">${t('write.send')}</span><${Icon} name="send" />
        </button>
      </div>
    </form>
  `;
}
