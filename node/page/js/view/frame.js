// The whole page: the door, or the room.

import { t } from '../base/words.js';
import { unreadTotal } from '../state/chats.js';
import { opened, screen } from '../state/route.js';
import { lastOffice, me } from '../state/session.js';
import { lowVision } from '../state/settings.js';
import { Banners } from './banners.js';
import { finding, found } from './keys.js';
import { Find, LowPanel, Node, Outbox, Sessions, Settings } from './later.js';
import { Login } from './login.js';
import { Side } from './side.js';
import { Talk } from './talk.js';
import { Top } from './top.js';
import { effect, html } from './ui.js';

/** The window's title: how much is unread, and where. */
export const entitle = () => effect(() => {
  const unread = me.value && unreadTotal.value > 0 ? `(${unreadTotal.value}) ` : '';
  document.title = `${unread}${t('app.name')}${lastOffice.value ? ` — ${lastOffice.value}` : ''}`;
});

/** Screens by their names. @type {Record<string, unknown>} */
const SCREENS = { settings: Settings, outbox: Outbox, sessions: Sessions, node: Node };

export function Frame() {
  if (me.value === undefined) return html`<p class="wait" aria-busy="true">${t('app.loading')}</p>`;
  if (me.value === null) return html`${lowVision.value && html`<${LowPanel} />`}<${Login} />`;
  return html`
    ${lowVision.value && html`<${LowPanel} />`}
    <div class="frame ${opened.value || screen.value ? 'frame-talk' : 'frame-list'}">
      <${Top} />
      <${Banners} />
      <main class="room">
        <${Side} />
        ${screen.value ? html`<${SCREENS[screen.value]} />` : html`<${Talk} />`}
      </main>
      ${finding.value && html`<${Find} close=${found} />`}
    </div>
  `;
}
