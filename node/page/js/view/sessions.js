// Where a person is signed in, and the end of it.

import { age, moment } from '../base/dates.js';
import { t } from '../base/words.js';
import { call } from '../link/http.js';
import { now } from '../state/moment.js';
import { reason } from './reasons.js';
import { Screen } from './screen.js';
import { Icon, Text, html, useEffect, useState } from './ui.js';

/** @import { Session } from 'okrug' */
/** @import { Problem } from '../link/http.js' */

/** What a session came from, in words. @param {Session} session */
const device = ({ device: { program, system } }) => `${t(`dev.p.${program}`)}, ${t(`dev.${system}`)}`;

const MINUTE_MS = 60_000;

/** @param {string} used */
function lastUsed(used) {
  const past = now.value - Date.parse(used);
  return past < MINUTE_MS ? t('ses.just') : t('ses.ago', { age: age(past) });
}

/** @param {{ session: Session, end: (id: string) => void }} props */
const Row = ({ session, end }) => html`
  <li class="ses" data-id=${session.id}>
    <${Icon} name=${session.device.system === 'android' || session.device.system === 'ios' ? 'phone' : 'screen'} />
    <div class="ses-text">
      <b>${device(session)}</b>
      <span class="quiet">${session.address && html`<${Text} of=${session.address} /> · `}${t('ses.since', { when: moment(Date.parse(session.began), now.value, now.value) })} · ${t('ses.used', { when: lastUsed(session.used) })}</span>
    </div>
    ${session.current
      ? html`<span class="tag tag-here">${t('ses.here')}</span>`
      : html`<button type="button" class="second" aria-label=${t('ses.end_of', { device: device(session) })} onClick=${() => end(session.id)}>${t('ses.end')}</button>`}
  </li>
`;

export function Sessions() {
  const [all, setAll] = useState(/** @type {Session[] | null} */ (null));
  const [problem, setProblem] = useState(/** @type {Problem | null} */ (null));
  const [ended, setEnded] = useState(0);

  async function load() {
    try {
      setAll((await call('GET', '/session/own')).sessions);
      setProblem(null);
    } catch (caught) {
      setProblem(/** @type {Problem} */ (caught));
    }
  }
  useEffect(() => void load(), []);

  /** Ends one of them, or all but this; what is gone already is no problem. @param {string} [id] */
  async function end(id) {
    try {
      const answer = await call('DELETE', id ? `/session/own/${id}` : '/session/own');
      setEnded(answer?.ended ?? 1);
    } catch (caught) {
      const wrong = /** @type {Problem} */ (caught);
      if (wrong.status !== 404) return setProblem(wrong);
    }
    await load();
  }

  const others = (all ?? []).filter(({ current }) => !current);
  const sorted = [...(all ?? []).filter(({ current }) => current), ...others];
  return html`
    <${Screen} title=${t('nav.sessions')} note=${t('ses.note')}>
      <section class="panel">
        ${problem && html`<p class="fault" role="alert">${t('chat.failed', { why: reason(problem) })} <button type="button" class="link" onClick=${load}>${t('ban.retry')}</button></p>`}
        ${!all && !problem && html`<p class="hint" aria-busy="true">${t('app.loading')}</p>`}
        <ul class="sessions">${sorted.map((session) => html`<${Row} key=${session.id} session=${session} end=${end} />`)}</ul>
        <p role="status" class="ses-told">${ended > 0 && t('ses.ended', { n: ended })}</p>
        ${others.length > 0 && html`
          <div class="ses-foot"><p class="quiet">${t('ses.strange')}</p>
            <button type="button" class="danger" onClick=${() => end()}>${t('ses.end_others')}</button></div>`}
        ${all && others.length === 0 && html`<p class="quiet">${t('ses.alone')}</p>`}
      </section>
    <//>
  `;
}
