// What has not arrived everywhere: on this computer, and on the node.

import { age } from '../base/dates.js';
import { t } from '../base/words.js';
import { chatOf } from '../state/chats.js';
import { nodeLost } from '../state/life.js';
import { outbox } from '../state/outbox.js';
import { go } from '../state/route.js';
import { loadStatus, status } from '../state/status.js';
import { Pending } from './pending.js';
import { Screen } from './screen.js';
import { Icon, Text, html, useEffect } from './ui.js';
import { waits } from './waits.js';

/** @import { Peer } from 'okrug' */

/** Why it waits. @param {Peer} peer */
function why(peer) {
  if (nodeLost.value) return t('link.unknown');
  return peer.why ? waits(peer.why, peer.office) : t('trace.under_way');
}

/** @param {{ peer: Peer }} props */
const Row = ({ peer }) => html`
  <tr>
    <th scope="row"><span class="dot dot-${peer.link}" aria-hidden="true"></span> <${Text} of=${peer.name} /></th>
    <td>${t('out.messages', { n: peer.queue.messages })}${peer.queue.urgent > 0 && html` <span class="tag tag-urgent">${t('out.urgent', { n: peer.queue.urgent })}</span>`}</td>
    <td>${peer.queue.oldest_s === null ? '' : age(peer.queue.oldest_s * 1000)}</td>
    <td>${why(peer)}</td>
  </tr>
`;

function Waiting() {
  if (!status.value) return html`<p class="hint" aria-busy="true">${t('app.loading')}</p>`;
  const peers = status.value.peers.filter(({ queue }) => queue.messages > 0).sort((a, b) => (b.queue.oldest_s ?? 0) - (a.queue.oldest_s ?? 0));
  if (peers.length === 0) return html`<p class="out-done"><${Icon} name="ticks" />${t('out.none')}</p>`;
  return html`
    <table class="table">
      <thead><tr><th scope="col">${t('out.office')}</th><th scope="col">${t('out.what')}</th><th scope="col">${t('out.age')}</th><th scope="col">${t('out.why')}</th></tr></thead>
      <tbody>${peers.map((peer) => html`<${Row} key=${peer.office} peer=${peer} />`)}</tbody>
    </table>
  `;
}

export function Outbox() {
  useEffect(() => void loadStatus(), []);
  return html`
    <${Screen} title=${t('nav.outbox')} note=${t('out.note')}>
      ${outbox.value.length > 0 && html`
        <section class="panel">
          <h2>${t('out.here')}</h2>
          ${outbox.value.map((row) => html`
            <div key=${row.clientId} class="out-row">
              <button type="button" class="link" onClick=${() => go(row.chat)}><${Text} of=${chatOf(row.chat)?.title ?? row.chat} /></button>
              <${Pending} row=${row} />
            </div>
          `)}
        </section>`}
      <section class="panel">
        <h2>${t('out.node')}</h2>
        <${Waiting} />
      </section>
    <//>
  `;
}
