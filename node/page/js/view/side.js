// The column on the left: conversations or the organisation.

import { t } from '../base/words.js';
import { unreadTotal } from '../state/chats.js';
import { Chats } from './list.js';
import { Tree } from './tree.js';
import { Count, alongRows, html, signal, useElement } from './ui.js';

const tab = signal('chats');

/** @param {{ name: string, count: number }} props */
const Tab = ({ name, count }) => html`
  <button type="button" role="tab" id="tab-${name}" aria-selected=${tab.value === name} aria-controls="side-panel" onClick=${() => (tab.value = name)}>
    ${t(`nav.${name}`)} <${Count} of=${count} />
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
    </nav>
  `;
}
