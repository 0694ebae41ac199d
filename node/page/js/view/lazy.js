// Parts of the page that are fetched when somebody wants them, so that the first screen is there sooner.

import { lang, learnAll, t } from '../base/words.js';
import { html, signal } from './ui.js';

/** Fetches of every part, for who has time. @type {(() => Promise<unknown>)[]} */
const parts = [];

/** @type {Promise<void> | null} */
let dressed = null;

/** Adds the style sheet of the later parts; its address stands beside this module's. */
const dress = () => (dressed ??= new Promise((resolve) => {
  const link = document.createElement('link');
  link.rel = 'stylesheet';
  link.href = new URL('../../css/late.css', import.meta.url).href;
  link.onload = () => resolve();
  link.onerror = () => ((dressed = null), link.remove(), resolve());
  document.head.append(link);
}));

/**
 * A view that is fetched when it is first shown.
 *
 * @param {() => Promise<any>} load the view, out of its module
 * @param {(hint: unknown) => unknown} [shell] what stands in its place until then
 */
export function lazy(load, shell = (hint) => hint) {
  const view = signal(/** @type {any} */ (null));
  const failed = signal(false);
  async function fetchPart() {
    if (view.value) return;
    failed.value = false;
    try {
      const [part] = await Promise.all([load(), dress(), learnAll(lang.value)]);
      view.value = part;
    } catch {
      failed.value = true;
    }
  }
  parts.push(fetchPart);
  /** @param {Record<string, unknown>} props */
  return function Later(props) {
    if (view.value) return html`<${view.value} ...${props} />`;
    if (!failed.value) fetchPart();
    return shell(html`<p class="hint" role="status" aria-busy=${!failed.value}>
      ${failed.value ? html`${t('chat.failed', { why: t('why.network') })} <button type="button" class="link" onClick=${fetchPart}>${t('ban.retry')}</button>` : t('app.loading')}
    </p>`);
  };
}

/** Fetches all parts that are not here yet: they must work without the node. */
export const fetchAll = () => parts.forEach((part) => part());
