// Signing in.

import { wait } from '../base/dates.js';
import { t } from '../base/words.js';
import { away, ended, lastOffice, login } from '../state/session.js';
import { Languages } from './language.js';
import { LowSwitch } from './low.js';
import { reason } from './reasons.js';
import { Text, html, useEffect, useElement, useState } from './ui.js';

/** @import { Problem } from '../link/http.js' */

/** @param {Problem} problem */
function words(problem) {
  if (problem.status === 401) return t('login.wrong');
  if (problem.status === 429) return t('login.throttled', { wait: wait(problem.retryAfter ?? 60) });
  if (problem.status === 0) return t('login.unreachable');
  return t('login.failed', { why: reason(problem) });
}

export function Login() {
  const [problem, setProblem] = useState(/** @type {Problem | null} */ (null));
  const [busy, setBusy] = useState(false);
  /** @type {{ current: HTMLInputElement }} */
  const name = useElement();
  /** @type {{ current: HTMLInputElement }} */
  const password = useElement();
  useEffect(() => name.current.focus(), []);

  /** @param {Event} event */
  async function submit(event) {
    event.preventDefault();
    if (busy) return;
    setBusy(true);
    setProblem(null);
    try {
      await login(name.current.value.trim(), password.current.value);
    } catch (caught) {
      setProblem(/** @type {Problem} */ (caught));
      setBusy(false);
      password.current.select();
    }
  }

  return html`
    <div class="door">
      <header class="door-top"><${LowSwitch} /><${Languages} /></header>
      <main class="card">
        <div class="mark" aria-hidden="true"></div>
        <h1>${t('login.title')}</h1>
        ${lastOffice.value && html`<p class="card-office"><${Text} of=${lastOffice.value} /></p>`}
        ${ended.value && html`<p class="note" role="status">${t('login.ended')}</p>`}
        ${away.value && html`<p class="note" role="status">${t('login.unreachable')}</p>`}
        <form onSubmit=${submit}>
          <label for="login">${t('login.name')}</label>
          <input id="login" ref=${name} name="login" autocomplete="username" autocapitalize="none" spellcheck=${false} required />
          <label for="password">${t('login.password')}</label>
          <input id="password" ref=${password} name="password" type="password" autocomplete="current-password" required />
          <p class="fault" role="alert">${problem && words(problem)}</p>
          <button class="primary" type="submit" aria-busy=${busy}>${busy ? t('login.checking') : t('login.enter')}</button>
        </form>
      </main>
      <footer class="door-note">${t('login.note')}</footer>
    </div>
  `;
}
