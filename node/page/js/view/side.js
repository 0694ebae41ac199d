// The column on the left: conversations or the organisation.

import { t } from '../base/words.js';
import { unreadTotal } from '../state/chats.js';
import { outbox } from '../state/outbox.js';
import { screen, show } from '../state/route.js';
import { self } from '../state/session.js';
import { waiting } from '../state/status.js';
import { Chats } from './list.js';
import { Tree } from './later.js';
import { Count, Icon, alongRows, html, signal, useElement } from './ui.js';

/** What the column shows: `chats` or `org`. */
export const tab = signal('chats');

/** @param {{ name: string, count: number }} props */
const Tab = ({ name, count }) => html`
  <button type="button" role="tab" id="tab-${name}" aria-selected=${tab.value === name} aria-controls="side-panel" onClick=${() => (tab.value = name)}>
    ${t(`nav.${name}`)} <${Count} of=${count} />
  </button>
`;

/** @param {{ name: string, icon: string, count: number }} props */
const Door = ({ name, icon, count }) => html`
  <button type="button" class="side-door" aria-current=${screen.value === name ? 'page' : undefined} onClick=${() => show(name)}>
    <${Icon} name=${icon} />${t(`nav.${name}`)}${count > 0 && html`<span class="side-count">${count > 99 ? '99+' : count}</span>`}
  </button>
`;

export function Side() {
  const panel = useElement();
  return html`
    <nav class="side" aria-label=${t('nav.side')}>
      <div class="tabs" role="tablist">
        <${Tab} name="chats" count=${unreadTotal.value} />
        <${Tab} name="org" count=${0} />
      </div>
      <div class="side-panel" id="side-panel" role="tabpanel" aria-labelledby="tab-${tab.value}" ref=${panel} onKeyDown=${(/** @type {KeyboardEvent} */ event) => alongRows(event, panel.current)}>
        ${tab.value === 'chats' ? html`<${Chats} />` : html`<${Tree} />`}
      </div>
      <div class="side-foot">
        <${Door} name="outbox" icon="clock" count=${outbox.value.length + waiting.value} />
        ${self().rights.includes('it') && html`<${Door} name="node" icon="node" count=${0} />`}
        <${Door} name="settings" icon="gear" count=${0} />
      </div>
    </nav>
  `;
}
