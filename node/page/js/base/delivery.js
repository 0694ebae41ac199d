// What may be said about where a message has arrived.

import { t } from './words.js';

/** @import { Delivery } from 'okrug' */

/** The one of two tellings that is further: an older answer may come after a newer event. @param {Delivery} a @param {Delivery} b */
export const further = (a, b) => (b.delivered > a.delivered || (b.delivered === a.delivered && b.held_by > a.held_by) ? b : a);

/**
 * The word, the mark and the count of a delivery.
 *
 * A message for one office is told by the word alone. For several offices the count is told as soon as one has it.
 *
 * @param {Delivery} told
 */
export function delivery({ code, held_by: held, delivered, of, unopened = 0 }) {
  const shut = unopened > 0 ? t('st.unopened', { n: unopened }) : '';
  const count = of > 1 && delivered > 0 ? [t('st.count', { n: delivered, m: of }), shut].filter(Boolean).join('; ') : '';
  const detail = [t(`st.${code}`), of > 0 ? t('st.count', { n: delivered, m: of }) : '', shut, held > 0 ? t('st.held', { n: held }) : ''];
  return { mark: code, word: count || t(`st.${code}`), detail: detail.filter(Boolean).join(' · ') };
}
