// The bar above everything: which office this is, who is signed in, the way out.

import { post } from '../base/names.js';
import { t } from '../base/words.js';
import { unsent } from '../state/drafts.js';
import { leave } from '../state/life.js';
import { outbox } from '../state/outbox.js';
import { opened } from '../state/route.js';
import { self } from '../state/session.js';
import { find } from './keys.js';
import { Languages } from './language.js';
import { LowSwitch } from './low.js';
import { Icon, Text, html, useElement } from './ui.js';

/** @param {{ dialog: { current: HTMLDialogElement } }} props */
function Leave({ dialog }) {
  const lost = unsent.value + outbox.value.length;
  const close = () => dialog.current.close();
  return html`
    <dialog ref=${dialog} aria-labelledby="leave-title">
      <h2 id="leave-title">${t('me.logout_title')}</h2>
      <p>${lost > 0 ? t('me.logout_drafts', { n: lost }) : t('me.logout_plain')}</p>
      <div class="dialog-acts">
        <button type="button" class="plain" onClick=${close}>${t('me.stay')}</button>
        <button type="button" class=${lost > 0 ? 'danger' : 'primary'} onClick=${() => (close(), leave())}>${t('me.logout')}</button>
      </div>
    </dialog>
  `;
}

/** To what is written, or to where one writes; the address stays that of the conversation. @param {Event} event */
function skip(event) {
  event.preventDefault();
  (document.getElementById('write') ?? document.getElementById('talk'))?.focus();
}

export function Top() {
  /** @type {{ current: HTMLDialogElement }} */
  const dialog = useElement();
  const { person, office } = self();
  return html`
    <header class="top">
      <a class="skip" href="#talk" onClick=${skip}>${t('app.skip')}</a>
      <${opened.value ? 'div' : 'h1'} class="brand"><span class="mark" aria-hidden="true"></span><b>${t('app.name')}</b><//>
      <${Text} of=${office.name} as="div" class="top-office" />
      <button type="button" class="top-find" title=${t('find.title')} aria-keyshortcuts="Control+K" onClick=${find}>
        <${Icon} name="find" /><span>${t('find.short')}</span><kbd aria-hidden="true">Ctrl+K</kbd>
      </button>
      <${Languages} />
      <${LowSwitch} />
      <div class="top-me" title=${t('me.menu')}>
        <${Text} of=${person.name} as="b" />
        ${post(person) && html`<${Text} of=${person.position} as="span" />`}
      </div>
      <button type="button" class="plain top-exit" title=${t('me.logout')} aria-label=${t('me.logout')} onClick=${() => dialog.current.showModal()}>
        <${Icon} name="exit" />
      </button>
      <${Leave} dialog=${dialog} />
    </header>
  `;
}
