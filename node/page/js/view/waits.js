// Why something waits for an office, in the same words wherever it is said.

import { full } from '../base/dates.js';
import { visibleText } from '../base/visible.js';
import { t } from '../base/words.js';
import { offices } from '../state/district.js';
import { linkWords } from './person.js';

/** @import { TraceWait } from 'okrug' */

/** A time of the node. @param {string} at */
const time = (at) => full(Date.parse(at));

/** In words; `id` is the office for which it waits. @param {TraceWait} wait @param {string} id */
export function waits({ code, since, via_name: via, until }, id) {
  if (code === 'hours' || code === 'budget' || code === 'quota') return t(`trace.${code}${via ? '_through' : ''}`, { via: visibleText(via), time: until ? time(until) : '' });
  if (code === 'full') return t(`trace.full${via ? '_through' : ''}`, { via: visibleText(via) });
  if (code === 'through_no_link') return t(`trace.through_${since ? 'since' : 'never'}`, { via: visibleText(via), time: since ? time(since) : '' });
  if (code !== 'no_link') return t(`trace.${code}`, { via: visibleText(via) });
  const office = offices.value.get(id);
  return office ? linkWords(office) : since ? t('trace.no_link', { time: time(since) }) : t('link.never');
}
