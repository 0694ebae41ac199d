// What should not be, in words, and what to do about it.

import { lang, t, tables } from '../base/words.js';
import { Icon, Text, html } from './ui.js';

/** @import { AlarmStatus } from 'okrug' */

/** @param {AlarmStatus} alarm */
function Alarm({ code, about }) {
  const known = `act.${code}` in (tables[lang.value] ?? {}) ? code : 'other';
  return html`
    <li class="alarm">
      <${Icon} name="alert" />
      <div>
        <b>${t(`act.${known}`)}</b>
        <p>${t('it.do')}: ${t(`act.${known}.do`)}</p>
        <p class="quiet"><code>${code}</code> <${Text} of=${about} /></p>
      </div>
    </li>
  `;
}

/** @param {{ all: AlarmStatus[] }} props */
export const Alarms = ({ all }) => all.length === 0
  ? html`<p class="out-done"><${Icon} name="ticks" />${t('it.calm')}</p>`
  : html`<ul class="alarms">${all.map((alarm) => html`<${Alarm} key=${alarm.code + alarm.about} ...${alarm} />`)}</ul>`;
