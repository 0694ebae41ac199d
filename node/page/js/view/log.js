// What has been said, with day marks, the unread line and what is still on its way.

import { day, full } from '../base/dates.js';
import { rows } from '../base/timeline.js';
import { t } from '../base/words.js';
import { chats } from '../state/chats.js';
import { now } from '../state/moment.js';
import { outbox } from '../state/outbox.js';
import { seen } from '../state/reading.js';
import { older, reach, thread, trim } from '../state/threads.js';
import { useAnchor } from './anchor.js';
import { Message } from './message.js';
import { Pending } from './pending.js';
import { reason } from './reasons.js';
import { Count, Icon, html, useEffect, useLayoutEffect, useRef } from './ui.js';

/** @import { Chat } from 'okrug' */
/** @import { Thread } from '../state/threads.js' */

/** Nearer to the beginning than this, what came before is loaded. */
const AHEAD_PX = 600;

const views = {
  /** @param {{ row: any }} props */
  day: ({ row }) => html`<h2 class="day" title=${full(row.at)}><span>${day(row.at, now.value)}</span></h2>`,
  unread: () => html`<div class="unread-line" role="separator"><span>${t('chat.unread')}</span></div>`,
  /** @param {{ row: any }} props */
  message: ({ row }) => html`<${Message} message=${row.message} first=${row.first} />`,
};

/** @param {{ of: Thread, again: () => void }} props */
function Beginning({ of, again }) {
  if (of.problem.value) {
    return html`<p class="hint">${t('chat.failed', { why: reason(of.problem.value) })} <button type="button" class="link" onClick=${again}>${t('ban.retry')}</button></p>`;
  }
  if (of.before.value !== null) return html`<p class="hint" aria-busy="true">${of.before.value === undefined ? t('app.loading') : t('chat.older')}</p>`;
  return html`<p class="hint">${of.messages.value.length ? t('chat.start') : t('chat.empty')}</p>`;
}

/** @param {{ chat: Chat }} props */
export function Log({ chat }) {
  const of = thread(chat.id);
  const messages = of.messages.value;
  const pending = outbox.value.filter((row) => row.chat === chat.id && !row.echo);
  const loaded = of.before.value !== undefined;
  const unread = chats.value?.get(chat.id)?.unread ?? 0;
  const anchor = useAnchor([messages, pending.length, loaded]);
  const greeted = useRef(false);

  const look = () => anchor.atEnd && loaded && !document.hidden && (seen(chat.id), trim(chat.id));

  // The first sight of a conversation is its unread line, when there is one above the end.
  useLayoutEffect(() => {
    if (!loaded || greeted.current) return;
    greeted.current = true;
    const line = /** @type {HTMLElement | null} */ (anchor.box.current.querySelector('.unread-line'));
    if (line) anchor.show(line);
  }, [loaded, of.unreadFrom.value]);

  useEffect(() => void look(), [anchor.atEnd, loaded, unread, messages]);
  useEffect(() => {
    document.addEventListener('visibilitychange', look);
    return () => document.removeEventListener('visibilitychange', look);
  }, [anchor.atEnd, loaded]);

  const fill = () => {
    const { scrollTop } = anchor.box.current;
    if (scrollTop < AHEAD_PX && of.before.value && !of.problem.value) older(chat.id);
  };
  useEffect(fill, [messages]);

  async function late() {
    const [first] = of.late.value;
    of.late.value = [];
    if (!(await reach(chat.id, first))) return;
    requestAnimationFrame(() => {
      const item = anchor.find(first.id);
      if (!item) return;
      anchor.show(item);
      item.focus({ preventScroll: true });
    });
  }

  return html`
    <div class="log-frame">
      <div class="log" role="log" tabindex="0" aria-label=${t('chat.log', { title: chat.title })} ref=${anchor.box} onScroll=${() => (anchor.onScroll(), fill())}>
        <div class="log-rows">
          <${Beginning} of=${of} again=${() => older(chat.id)} />
          ${rows(messages, of.unreadFrom.value).map((row) => html`<${views[row.kind]} key=${row.key} row=${row} />`)}
          ${pending.map((row) => html`<${Pending} key=${row.clientId} row=${row} />`)}
        </div>
      </div>
      ${!anchor.atEnd && html`
        <button type="button" class="to-end" onClick=${anchor.toEnd}>
          <${Icon} name="down" />${t('chat.latest')} <${Count} of=${unread} />
        </button>`}
    </div>
    ${of.late.value.length > 0 && html`
      <button type="button" class="late" onClick=${late}>
        <${Icon} name="clock" />${t('ban.late', { n: of.late.value.length })}<span class="late-show">${t('chat.show')}</span>
      </button>`}
  `;
}
