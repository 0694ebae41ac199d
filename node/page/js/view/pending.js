// A message that the node has not taken yet.

import { clock } from '../base/dates.js';
import { t } from '../base/words.js';
import { drafts, write } from '../state/drafts.js';
import { drop, retry } from '../state/outbox.js';
import { reason } from './reasons.js';
import { Icon, Text, html } from './ui.js';

/** @import { Row } from '../state/outbox.js' */

/** Puts a refused text back where it can be changed, before what is being written there now. @param {Row} row */
function edit(row) {
  const now = drafts.value[row.chat]?.text;
  write(row.chat, { text: now ? `${row.text}\n${now}` : row.text, precedence: row.precedence, reply: row.reply });
  drop(row.clientId);
}

/** @param {{ row: Row }} props */
const Refused = ({ row }) => html`
  <div class="msg-acts">
    <span class="delivery delivery-refused" role="alert"><${Icon} name="alert" />${t('st.refused', { why: row.problem && reason(row.problem) })}</span>
    <button type="button" class="link" onClick=${() => retry(row.clientId)}>${t('st.retry')}</button>
    <button type="button" class="link" onClick=${() => edit(row)}>${t('st.edit')}</button>
    <button type="button" class="link" onClick=${() => drop(row.clientId)}>${t('st.drop')}</button>
  </div>
`;

/** @param {{ row: Row }} props */
export const Pending = ({ row }) => html`
  <article class="msg msg-mine msg-pending msg-${row.precedence}" data-id=${row.clientId}>
    <div class="msg-body">
      <${Text} of=${row.text} as="p" class="msg-text" />
      ${row.state === 'refused'
        ? html`<${Refused} row=${row} />`
        : html`<span class="delivery delivery-sending"><${Icon} name="pencil" />${t(`st.${row.state}`)}</span>`}
    </div>
    <time class="msg-time" datetime=${row.written}>${clock(Date.parse(row.written))}</time>
  </article>
`;
