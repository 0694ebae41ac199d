// What everybody should know before writing: the node or a link is down, the documents are old.

import { age, size, wait } from '../base/dates.js';
import { visibleText } from '../base/visible.js';
import { t } from '../base/words.js';
import { coming } from '../state/coming.js';
import { silent } from '../state/district.js';
import { crowded, nodeLost } from '../state/life.js';
import { now } from '../state/moment.js';
import { self } from '../state/session.js';
import { SCARCE_BYTES, status } from '../state/status.js';
import { Icon, html } from './ui.js';

/** @import { TreeOffice } from 'okrug' */

const NAMED = 3;

/** @param {TreeOffice} office */
function named(office) {
  const name = visibleText(office.name);
  if (!office.last_contact) return name;
  return t('ban.link_one', { name, age: age(now.value - Date.parse(office.last_contact)) });
}

/** @param {TreeOffice[]} offices */
function links(offices) {
  const names = offices.slice(0, NAMED).map(named);
  if (offices.length > NAMED) names.push(t('ban.link_more', { n: offices.length - NAMED }));
  return t('ban.link', { names: names.join(', ') });
}

/** What the page has words for; of the rest the administrator is told. */
const ALARMS = ['data_moved', 'own_entry_from_outside', 'written_elsewhere', 'two_nodes', 'log_fork', 'sealing_key_missing'];

/** Whole days since a time. @param {string} since */
const days = (since) => Math.max(0, Math.floor((now.value - Date.parse(since)) / 86_400_000));

/** @param {{ kind: string, text: string }} props */
export const Banner = ({ kind, text }) => html`<p class="banner banner-${kind}"><${Icon} name=${kind === 'bad' ? 'alert' : 'warn'} />${text}</p>`;

/** What is wrong with the office's own node: the kind of banner and its words. @returns {[string, string][]} */
function own() {
  /** @type {[string, string][]} */
  const found = [];
  const { enrolled = true, disk = null, clock = null } = status.value ?? {};
  if (!enrolled) found.push(['bad', t('ban.unlisted')]);
  if (!self().rights.includes('post') && !self().district.suspended) found.push(['warn', t('ban.reader')]);
  if (disk?.free === 0) found.push(['bad', t('ban.full')]);
  else if (disk && disk.free < SCARCE_BYTES) found.push(['warn', t('ban.scarce')]);
  if (clock?.plausible === false) found.push(['warn', t('ban.clock')]);
  return found;
}

/** What is on its way; its figures change too often to be read out. */
const Arriving = () => coming.value && html`
  <p class="banner banner-calm" aria-live="off"><${Icon} name="down" />${t('ban.coming', { n: coming.value.entries, size: size(coming.value.bytes), time: wait(coming.value.seconds) })}</p>
`;

export function Banners() {
  const { freshness, revocations, revoked, suspended } = self().district;
  const old = revocations && revocations.freshness !== 'fresh';
  return html`
    <div class="banners" role="status">
      ${nodeLost.value && html`<${Banner} kind="bad" text=${t('ban.node')} />`}
      ${crowded.value && html`<${Banner} kind="warn" text=${t('ban.crowded')} />`}
      ${own().map(([kind, text]) => html`<${Banner} key=${text} kind=${kind} text=${text} />`)}
      ${ALARMS.filter((code) => self().alarms?.includes(code)).map((code) => html`<${Banner} key=${code} kind="bad" text=${t(`alarm.${code}`)} />`)}
      ${freshness !== 'fresh' && html`<${Banner} kind=${freshness === 'overdue' ? 'bad' : 'warn'} text=${t(`ban.${freshness}`)} />`}
      ${revoked && html`<${Banner} kind="bad" text=${t('ban.revoked')} />`}
      ${suspended && html`<${Banner} kind="warn" text=${t('ban.suspended')} />`}
      ${old && html`<${Banner} kind=${revocations.freshness === 'overdue' ? 'bad' : 'warn'} text=${t('ban.crl', { n: days(revocations.issued) })} />`}
      ${!nodeLost.value && silent.value.length > 0 && html`<${Banner} kind="warn" text=${links(silent.value)} />`}
      ${!nodeLost.value && html`<${Arriving} />`}
    </div>
  `;
}
