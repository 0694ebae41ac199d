// The screen of settings.

import { halfHours } from '../base/day.js';
import { t } from '../base/words.js';
import { ask, ring } from '../state/notice.js';
import { show } from '../state/route.js';
import { choose, lowVision, settings, toggleLow } from '../state/settings.js';
import { Deputy } from './deputy.js';
import { Languages } from './language.js';
import { SIZES } from './panel.js';
import { Screen } from './screen.js';
import { html, signal } from './ui.js';

/** @import { Settings as Chosen } from '../state/settings.js' */

/** Why notifications are off although they were asked for. */
const refusal = signal('');

/** @type {Chosen['scheme'][]} */
const SCHEMES = ['system', 'light', 'dark', 'contrast'];
/** @type {Chosen['enter'][]} */
const ENTER = ['send', 'line'];
const KEYS = ['find', 'next', 'tabs', 'log', 'reply', 'details', 'send', 'escape'];

/** @param {{ name: string, all: string[], value: string, pick: (value: any) => void }} props */
const Choice = ({ name, all, value, pick }) => html`
  <fieldset class="set">
    <legend>${t(`set.${name}`)}</legend>
    <div class="set-choice">
      ${all.map((each) => html`
        <label key=${each}><input type="radio" name=${name} checked=${value === each} onChange=${() => pick(each)} /><span>${t(`set.${name}.${each}`)}</span></label>
      `)}
    </div>
  </fieldset>
`;

/** @param {{ name: string, on: boolean, turn: (on: boolean) => void, note?: string }} props */
const Switch = ({ name, on, turn, note = '' }) => html`
  <div class="set set-switch">
    <label><input type="checkbox" checked=${on} onChange=${(/** @type {{ target: HTMLInputElement }} */ event) => turn(event.target.checked)} aria-describedby=${note ? `note-${name}` : undefined} />${t(`set.${name}`)}</label>
    ${note && html`<p class="quiet" id="note-${name}">${note}</p>`}
  </div>
`;

/** @param {boolean} on */
async function notify(on) {
  const answer = on ? await ask() : 'granted';
  refusal.value = answer === 'granted' ? '' : t(answer === 'missing' ? 'set.notify.missing' : 'set.notify.denied');
  choose({ notify: on && answer === 'granted' });
}

/** @param {boolean} on */
function sound(on) {
  choose({ sounds: on });
  if (on) ring('routine');
}

/** @param {{ end: 'from' | 'until' }} props */
const Hour = ({ end }) => html`
  <label>${t(`set.quiet.${end}`)} <select name=${end} value=${settings.value[end]} onChange=${(/** @type {{ target: HTMLSelectElement }} */ event) => choose({ [end]: event.target.value })}>
    ${halfHours(settings.value[end]).map((time) => html`<option key=${time} value=${time}>${time}</option>`)}
  </select></label>
`;

export function Settings() {
  const { size, scheme, enter, sounds, notify: told, quiet } = settings.value;
  return html`
    <${Screen} title=${t('nav.settings')} note=${t('set.kept')}>
      <section class="panel">
        <h2>${t('set.look')}</h2>
        <div class="set"><span class="set-name">${t('lang.choose')}</span><${Languages} /></div>
        <${Choice} name="size" all=${SIZES} value=${size} pick=${(/** @type {Chosen['size']} */ to) => choose({ size: to })} />
        <${Choice} name="scheme" all=${SCHEMES} value=${scheme} pick=${(/** @type {Chosen['scheme']} */ to) => choose({ scheme: to })} />
        <${Switch} name="low" on=${lowVision.value} turn=${toggleLow} />
      </section>
      <section class="panel">
        <h2>${t('set.write')}</h2>
        <${Choice} name="enter" all=${ENTER} value=${enter} pick=${(/** @type {Chosen['enter']} */ to) => choose({ enter: to })} />
      </section>
      <section class="panel">
        <h2>${t('set.ring')}</h2>
        <${Switch} name="sounds" on=${sounds} turn=${sound} />
        <${Switch} name="notify" on=${told} turn=${notify} note=${refusal.value || t('set.notify.honest')} />
        <${Switch} name="quiet" on=${quiet} turn=${(/** @type {boolean} */ on) => choose({ quiet: on })} note=${t('set.quiet.flash')} />
        ${quiet && html`<div class="set set-hours"><${Hour} end="from" /><${Hour} end="until" /></div>`}
      </section>
      <${Deputy} />
      <section class="panel">
        <h2>${t('nav.sessions')}</h2>
        <div class="set"><button type="button" class="second" onClick=${() => show('sessions')}>${t('ses.show')}</button></div>
      </section>
      <section class="panel">
        <h2>${t('keys.title')}</h2>
        <dl class="keys">${KEYS.map((key) => html`<div key=${key}><dt>${t(`keys.${key}`)}</dt><dd>${t(`keys.${key}.do`)}</dd></div>`)}</dl>
      </section>
    <//>
  `;
}
