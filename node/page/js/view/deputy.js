// The panel in which somebody says who stands in for them, and until when.

import { dateOf, weekday } from '../base/dates.js';
import { dayText, readDay, typed } from '../base/day.js';
import { post } from '../base/names.js';
import { visibleText } from '../base/visible.js';
import { t } from '../base/words.js';
import { candidates, endDeputy, nameDeputy, ownDeputy, term } from '../state/deputy.js';
import { offices } from '../state/district.js';
import { now } from '../state/moment.js';
import { reason } from './reasons.js';
import { html, useElement, useState } from './ui.js';

/** @import { Deputy as Named, TreePerson } from 'okrug' */
/** @import { Problem } from '../link/http.js' */

/** The last day of a term, which ends at a moment that is no part of it. @param {string} until */
const last = (until) => dateOf(Date.parse(until) - 1);

/** Who stands in, and the button that ends it. @param {{ deputy: Named, end: () => void, busy: boolean }} props */
const Standing = ({ deputy, end, busy }) => html`
  <div class="set dep-now">
    <p>${t(deputy.now ? 'dep.now' : 'dep.later', { name: visibleText(deputy.name), from: dateOf(Date.parse(deputy.from)), until: last(deputy.until) })}</p>
    <button type="button" class="plain dep-end" disabled=${busy} onClick=${end}>${t('dep.end')}</button>
  </div>
`;

/** @param {{ person: TreePerson }} props */
const Option = ({ person }) => html`
  <option value=${person.id}>${visibleText([person.name, post(person), offices.value.get(person.office)?.name].filter(Boolean).join(', '))}</option>
`;

/** The field of a day; what was understood stands below it in words. @param {{ name: string, busy: boolean, text: string, set: (text: string) => void }} props */
function Day({ name, busy, text, set }) {
  const day = readDay(text, now.value);
  return html`
    <div class="dep-field">
      <label for="dep-${name}">${t(`dep.${name}`)}</label>
      <input id="dep-${name}" type="text" name=${name} inputmode="decimal" autocomplete="off" maxlength="12" placeholder=${t('dep.form')} required disabled=${busy}
        value=${text} onInput=${(/** @type {{ target: HTMLInputElement }} */ event) => set(event.target.value)} aria-describedby="dep-${name}-read" />
      <span class="quiet" id="dep-${name}-read">${day ? weekday(new Date(`${day}T12:00`).getTime()) : t('dep.example', { day: typed(dayText(now.value)) })}</span>
    </div>
  `;
}

export function Deputy() {
  const form = useElement();
  const [told, setTold] = useState('');
  const [busy, setBusy] = useState(false);
  const [from, setFrom] = useState(() => typed(dayText(now.value)));
  const [until, setUntil] = useState('');
  const deputy = ownDeputy.value;

  /** Does it and says what came of it. @param {() => Promise<void>} deed @param {string} done */
  async function tell(deed, done) {
    setBusy(true);
    try {
      await deed();
      setTold(t(done));
      form.current.reset();
      setFrom(typed(dayText(now.value)));
      setUntil('');
    } catch (problem) {
      setTold(t('dep.failed', { why: reason(/** @type {Problem} */ (problem)) }));
    } finally {
      setBusy(false);
    }
  }

  /** @param {SubmitEvent} event */
  function submit(event) {
    event.preventDefault();
    const by = /** @type {string} */ (new FormData(form.current).get('by'));
    const [first, last] = [from, until].map((text) => readDay(text, Date.now()));
    const when = term(first, last, Date.now());
    if (!first || !last) setTold(t('dep.day', { day: typed(dayText(Date.now())) }));
    else if (when) tell(() => nameDeputy(by, when), 'dep.named');
    else setTold(t('dep.order'));
  }

  return html`
    <section class="panel dep" aria-labelledby="dep-title">
      <h2 id="dep-title">${t('dep.title')}</h2>
      <p class="quiet">${t('dep.note')}</p>
      ${deputy && html`<${Standing} deputy=${deputy} busy=${busy} end=${() => tell(endDeputy, 'dep.ended')} />`}
      <form class="dep-form" ref=${form} onSubmit=${submit}>
        <label class="dep-field dep-who"><span>${t('dep.who')}</span>
          <select name="by" required disabled=${busy}>
            <option value="">${t('dep.choose')}</option>
            ${candidates().map((person) => html`<${Option} key=${person.id} person=${person} />`)}
          </select></label>
        <${Day} name="from" busy=${busy} text=${from} set=${setFrom} />
        <${Day} name="until" busy=${busy} text=${until} set=${setUntil} />
        <button type="submit" class="primary" disabled=${busy}>${t(deputy ? 'dep.change' : 'dep.name')}</button>
      </form>
      <p class="dep-told" role="status">${told}</p>
    </section>
  `;
}
