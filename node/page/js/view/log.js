// What has been said, with day marks, the unread line and what is still on its way.

import { day, full } from '../base/dates.js';
import { around, drawn, moved } from '../base/reel.js';
import { rows } from '../base/timeline.js';
import { t } from '../base/words.js';
import { chats } from '../state/chats.js';
import { now } from '../state/moment.js';
import { outbox } from '../state/outbox.js';
import { seen } from '../state/reading.js';
import { latest, newer, older, reach, stay, stayed, thread, trim } from '../state/threads.js';
import { detail, reply } from './acts.js';
import { useAnchor } from './anchor.js';
import { Message } from './message.js';
import { Pending } from './pending.js';
import { reason } from './reasons.js';
import { Count, Icon, alongMessages, html, useEffect, useLayoutEffect, useRef, useState } from './ui.js';

/** @import { Chat } from 'okrug' */
/** @import { Thread } from '../state/threads.js' */

/** Nearer to the beginning than this, what came before is loaded. */
const AHEAD_PX = 900;

const views = {
  /** @param {{ row: any }} props */
  day: ({ row }) => html`<h2 class="day" title=${full(row.at)}><span>${day(row.at, now.value)}</span></h2>`,
  unread: () => html`<div class="unread-line" role="separator"><span>${t('chat.unread')}</span></div>`,
  /** @param {{ row: any, may: boolean, show: (message: { id: string }) => void }} props */
  message: ({ row, may, show }) => html`<${Message} message=${row.message} first=${row.first} may=${may} show=${show} />`,
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
  const [start, setStart] = useState(/** @type {string | null} */ (null));
  const { from, to } = drawn(messages, start);
  const whole = to === messages.length && !of.after.value;
  const pending = whole ? outbox.value.filter((row) => row.chat === chat.id && !row.echo) : [];
  const loaded = of.before.value !== undefined;
  const unread = chats.value?.get(chat.id)?.unread ?? 0;
  /** Where one read when everything loaded was thrown away. */
  const [before] = useState(() => stayed(chat.id));
  const anchor = useAnchor([messages, from, to, pending.length, loaded], whole, before, (sight) => stay(chat.id, sight));
  const greeted = useRef(false);
  /** What is to be brought into sight as soon as it is drawn. */
  const [wanted, want] = useState(/** @type {string | null} */ (null));

  const look = () => anchor.atEnd && loaded && !document.hidden && (seen(chat.id), trim(chat.id));

  // The first sight of a conversation is its unread line, when there is one above the end.
  useLayoutEffect(() => {
    if (!loaded || greeted.current) return;
    greeted.current = true;
    if (before) return anchor.find(before.id) ? undefined : anchor.toEnd();
    stay(chat.id, null);
    const line = /** @type {HTMLElement | null} */ (anchor.box.current.querySelector('.unread-line'));
    if (line) anchor.show(line);
  }, [loaded, of.unreadFrom.value]);

  useLayoutEffect(() => {
    const item = wanted && anchor.find(wanted);
    if (!item) return;
    want(null);
    anchor.show(item);
    item.focus({ preventScroll: true });
  });

  useEffect(() => void look(), [anchor.atEnd, loaded, unread, messages]);
  useEffect(() => {
    document.addEventListener('visibilitychange', look);
    return () => document.removeEventListener('visibilitychange', look);
  }, [anchor.atEnd, loaded]);

  /** @param {number} way */
  function fill(way) {
    if (!anchor.box.current) return;
    const { scrollTop, scrollHeight, clientHeight } = anchor.box.current;
    if (way <= 0 && scrollTop < AHEAD_PX) {
      if (from > 0) setStart(moved(messages, start, -1));
      else if (of.before.value && !of.problem.value) older(chat.id);
    }
    if (way > 0 && !whole && scrollHeight - scrollTop - clientHeight < AHEAD_PX) {
      if (to < messages.length) setStart(moved(messages, start, 1));
      else newer(chat.id);
    }
  }
  useEffect(() => void (loaded && fill(0)), [messages]);

  /** @param {{ id: string }} message */
  async function show(message) {
    if (!(await reach(chat.id, message))) return;
    const found = of.messages.value.find(({ id }) => id === message.id);
    if (!found) return;
    want(found.id);
    setStart(around(of.messages.value, found.cursor));
  }

  function late() {
    const [first] = of.late.value;
    of.late.value = [];
    show(first);
  }

  async function toEnd() {
    await latest(chat.id);
    setStart(null);
    anchor.toEnd();
  }

  /** @param {KeyboardEvent} event */
  function keys(event) {
    if (event.ctrlKey || event.altKey || event.metaKey || event.shiftKey) return;
    const id = /** @type {Element} */ (event.target).closest('[data-id]')?.getAttribute('data-id');
    const message = id && messages.find((each) => each.id === id);
    if (event.code === 'End') toEnd();
    else if (event.code === 'KeyR' && message && chat.can_post && message.kind === 'text') reply(message);
    else if (event.code === 'KeyI' && message) detail(message);
    else return alongMessages(event, anchor.box.current);
    event.preventDefault();
  }

  return html`
    <div class="log-frame">
      <div class="log" role="log" aria-live=${anchor.atEnd ? 'polite' : 'off'} tabindex="0" aria-label=${t('chat.log', { title: chat.title })} ref=${anchor.box} onScroll=${() => fill(anchor.onScroll())} onKeyDown=${keys}>
        <div class="log-rows">
          ${from === 0 && html`<${Beginning} of=${of} again=${() => older(chat.id)} />`}
          ${rows(messages.slice(from, to), of.unreadFrom.value, messages[from - 1]).map((row) => html`<${views[row.kind]} key=${row.key} row=${row} may=${chat.can_post} show=${show} />`)}
          ${pending.map((row) => html`<${Pending} key=${row.clientId} row=${row} />`)}
        </div>
      </div>
      ${!anchor.atEnd && html`
        <button type="button" class="to-end" onClick=${toEnd}>
          <${Icon} name="down" />${t('chat.latest')} <${Count} of=${unread} />
        </button>`}
    </div>
    ${of.late.value.length > 0 && html`
      <button type="button" class="late" onClick=${late}>
        <${Icon} name="clock" />${t('ban.late', { n: of.late.value.length })}<span class="late-show">${t('chat.show')}</span>
      </button>`}
  `;
}
