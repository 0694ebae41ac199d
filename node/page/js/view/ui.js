// The one door to the vendored libraries for views, and the small parts that all views use.

import htm from '../../vendor/htm.js';
import { useEffect, useLayoutEffect, useRef, useState } from '../../vendor/hooks.js';
import { h } from '../../vendor/preact.js';
import { visible } from '../base/visible.js';
import { t } from '../base/words.js';

export { Fragment, render } from '../../vendor/preact.js';
export { useEffect, useLayoutEffect, useRef, useState };
export { batch, computed, effect, signal, useComputed } from '../../vendor/signals.js';

export const html = htm.bind(h);

/** A place for an element, which is there before any effect or event. @returns {any} */
export const useElement = () => useRef(null);

/** A dialog over the page, shown at once: whoever goes back or follows a link wants to see where, so it closes then. @returns {any} */
export function useModal() {
  const dialog = useElement();
  useLayoutEffect(() => {
    const close = () => dialog.current.close();
    dialog.current.showModal();
    addEventListener('hashchange', close);
    return () => removeEventListener('hashchange', close);
  }, []);
  return dialog;
}

/** Text of others: invisible characters are shown by their numbers, and the writing direction stays inside. @param {{ of: string, as?: string, [attribute: string]: unknown }} props */
export function Text({ of, as = 'bdi', ...rest }) {
  const parts = visible(of).map((part) =>
    typeof part === 'string' ? part : h('span', { class: 'hidden-char', title: t('msg.control', part) }, part.code));
  return h(as, { dir: 'auto', ...rest }, parts);
}

/** @type {Record<string, string>} */
const PATHS = {
  clock: 'M8 2.5a5.5 5.5 0 1 0 0 11 5.5 5.5 0 0 0 0-11ZM8 5v3.2l2.2 1.6',
  tick: 'm3 8.5 3.2 3.2L13 4.8',
  ticks: 'm1 8.7 3 3 6.3-6.6M7.2 11 8 11.7l7-6.9',
  pencil: 'm3 13 .7-2.9 7.1-7.1 2.2 2.2-7.1 7.1L3 13Z',
  warn: 'M8 2.2 14.5 13.5h-13L8 2.2Zm0 4.3v3.2m0 1.7v.4',
  alert: 'M8 2.5a5.5 5.5 0 1 0 0 11 5.5 5.5 0 0 0 0-11ZM8 5v3.6m0 2v.4',
  back: 'M9.8 3 4.8 8l5 5',
  down: 'm3 6 5 5 5-5',
  right: 'm6 3 5 5-5 5',
  send: 'M2 13.5 14.5 8 2 2.5l1.6 5.5L2 13.5Zm1.6-5.5h5',
  people: 'M6 7.5a2.3 2.3 0 1 0 0-4.6 2.3 2.3 0 0 0 0 4.6ZM1.8 13c.2-2.4 1.9-3.7 4.2-3.7s4 1.3 4.2 3.7M10.5 7.4a2 2 0 1 0-.6-3.9M11.7 9.5c1.5.3 2.4 1.5 2.5 3.2',
  close: 'm3.5 3.5 9 9m0-9-9 9',
  find: 'M7 2.7a4.3 4.3 0 1 0 0 8.6 4.3 4.3 0 0 0 0-8.6Zm3.2 7.5 3.3 3.3',
  exit: 'M6.5 2.7H3v10.6h3.5M6 8h7.5m-3-3 3 3-3 3',
  reply: 'M6.5 3.5 2.5 7.5l4 4M2.7 7.5h6.8c2.3 0 4 1.6 4 4.5',
  info: 'M8 2.5a5.5 5.5 0 1 0 0 11 5.5 5.5 0 0 0 0-11ZM8 7.4v3.4m0-5.6v.4',
  eye: 'M1.5 8S4 3.8 8 3.8 14.5 8 14.5 8 12 12.2 8 12.2 1.5 8 1.5 8Zm6.5-1.9a1.9 1.9 0 1 0 0 3.8 1.9 1.9 0 0 0 0-3.8Z',
  gear: 'M2 4.5h7m3.5 0H14M2 11.5h1.5m3.5 0h7M10.7 2.8a1.7 1.7 0 1 0 0 3.4 1.7 1.7 0 0 0 0-3.4ZM5.3 9.8a1.7 1.7 0 1 0 0 3.4 1.7 1.7 0 0 0 0-3.4Z',
  screen: 'M2 3h12v8H2V3Zm4 10.5h4',
  phone: 'M5 2h6v12H5V2Zm2.5 9.8h1',
  node: 'M2.5 3h11v4h-11V3Zm0 6h11v4h-11V9Zm2.2-4h.1m-.1 6h.1',
  pin: 'M6 2.5h4l-.5 4 2.5 2.7H4l2.5-2.7-.5-4ZM8 9.2v4.3',
  talk: 'M2.5 3h11v7.5H7L4 13.2v-2.7H2.5V3Z',
  group: 'M2.7 4.5h10.6v7H2.7zM5 8h6',
  role: 'M8 2.5 13 4.3v3.4c0 3-2 5-5 6-3-1-5-3-5-6V4.3L8 2.5Zm-2 5.4 1.5 1.5L10.2 6.6',
  desk: 'M2.5 4.5h11v7h-11v-7Zm0 0L8 9l5.5-4.5',
  unit: 'M6.2 2.5 5 13.5m6-11-1.2 11M2.7 5.8h11m-11.4 4.4h11',
  district: 'M8 2.2 2.5 5.3v5.4L8 13.8l5.5-3.1V5.3L8 2.2Zm0 0v11.6M2.5 5.3 8 8.2l5.5-2.9',
};

/** A drawn sign; its meaning is always also said in words beside it. @param {{ name: string }} props */
export const Icon = ({ name }) => html`
  <svg class="icon icon-${name}" viewBox="0 0 16 16" aria-hidden="true" focusable="false"><path d=${PATHS[name]} /></svg>
`;

/** How many are unread; the node counts up to a hundred. @param {{ of: number }} props */
export const Count = ({ of }) => of > 0 && html`
  <span class="count"><span class="unseen">${t('chat.unread_n', { n: of })}</span><span aria-hidden="true">${of > 99 ? '99+' : of}</span></span>
`;

/** Moves the focus along the rows of a list by the arrow keys; true when the key was one of them. @param {KeyboardEvent} event @param {Element} container */
export function alongRows(event, container) {
  const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
  if (!step && event.key !== 'Home' && event.key !== 'End') return false;
  const rows = /** @type {HTMLElement[]} */ ([...container.querySelectorAll('[data-row]')]);
  const at = rows.findIndex((row) => row === document.activeElement);
  if (at < 0 && !step) return false;
  const next = step ? rows[at + step] : rows.at(event.key === 'Home' ? 0 : -1);
  if (next) {
    event.preventDefault();
    next.focus();
  }
  return true;
}

/** Moves the focus along the messages of a conversation by the arrow keys, from the message that has it. @param {KeyboardEvent} event @param {HTMLElement} box */
export function alongMessages(event, box) {
  const step = event.code === 'ArrowUp' ? -1 : event.code === 'ArrowDown' ? 1 : 0;
  if (!step) return;
  const all = /** @type {HTMLElement[]} */ ([...box.querySelectorAll('[data-id]')]);
  const at = all.findIndex((item) => item.contains(document.activeElement));
  const next = at < 0 ? all.findLast((item) => item.getBoundingClientRect().top < box.getBoundingClientRect().bottom) : all[at + step];
  if (!next) return;
  event.preventDefault();
  next.focus({ preventScroll: true });
  next.scrollIntoView({ block: 'nearest' });
}
