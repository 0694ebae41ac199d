// Pictures that the node draws, each with the table that says the same.

import { clock, wait } from '../base/dates.js';
import { lang, t } from '../base/words.js';
import { now } from '../state/moment.js';
import { settings } from '../state/settings.js';
import { scheme } from './low.js';
import { Text, html, useElement, useLayoutEffect, useState } from './ui.js';

/** @import { Graph, GraphHour } from 'okrug' */

/** How much larger letters are than in a picture of the same width. */
const ZOOM = { normal: 1, large: 1.2, huge: 1.5 };
/** No narrower picture is drawn. */
const NARROW = 280;
const MINUTE_MS = 60_000;

/** A picture as wide as its place, in the colours of the page; drawn anew every minute. @param {{ kind: 'map' | 'heat' | 'flow' }} props */
export function Picture({ kind }) {
  /** @type {{ current: HTMLElement }} */
  const box = useElement();
  const [width, setWidth] = useState(0);
  const [failed, setFailed] = useState('');
  useLayoutEffect(() => {
    const look = () => setWidth(Math.floor(box.current.clientWidth));
    const observer = new ResizeObserver(look);
    observer.observe(box.current);
    look();
    return () => observer.disconnect();
  }, []);
  const drawn = Math.max(NARROW, Math.round(width / ZOOM[settings.value.size]));
  const minute = Math.floor(now.value / MINUTE_MS);
  const wish = new URLSearchParams({ kind, format: 'svg', width: String(drawn), lang: lang.value, scheme: scheme.value, offset: String(-new Date().getTimezoneOffset()), at: String(minute) });
  const address = `/api/v1/node/graph?${wish}`;
  return html`
    <div class="picture picture-${kind}" ref=${box}>
      ${width > 0 && html`<img src=${address} width=${width} alt=${t(`it.${kind}_alt`)} onError=${() => setFailed(address)} onLoad=${() => setFailed('')} />`}
      ${failed === address && html`<p class="hint" role="status">${t('it.failed')}</p>`}
    </div>
  `;
}

/** A table that is shown when somebody wants it. @param {{ children?: unknown }} props */
function Folded({ children }) {
  const [open, setOpen] = useState(false);
  return html`
    <button type="button" class="link" aria-expanded=${open} onClick=${() => setOpen(!open)}>${t(open ? 'it.hide_table' : 'it.as_table')}</button>
    ${open && children}
  `;
}

/** Columns with their heads; on a small screen each number names itself. @param {{ heads: string[], name: string, rows: { key: string, cells: unknown[] }[] }} props */
export const Table = ({ heads, name, rows }) => html`
  <div class="scroll" role="region" aria-label=${name} tabindex="0">
    <table class="table table-it">
      <thead><tr>${heads.map((head) => html`<th key=${head} scope="col">${head}</th>`)}</tr></thead>
      <tbody>${rows.map(({ key, cells: [first, ...rest] }) => html`
        <tr key=${key}><th scope="row">${first}</th>${rest.map((cell, i) => html`<td key=${i} data-head=${heads[i + 1]}>${cell}</td>`)}</tr>`)}
      </tbody>
    </table>
  </div>
`;

/** @param {number | null} seconds */
const span = (seconds) => (seconds === null ? '—' : wait(seconds));
/** All of them and nothing less is a hundred. @param {GraphHour} hour */
const share = ({ delivered, sent }) => (sent > 0 ? `${Math.floor((delivered * 100) / sent)} %` : '—');

/** @param {{ graph: Graph }} props */
export const HeatTable = ({ graph }) => html`
  <${Folded}>
    <${Table} name=${t('it.heat')} heads=${[t('it.office'), t('it.sent'), t('it.delivered'), t('it.share'), t('it.median'), t('it.longest'), t('it.came')]}
      rows=${graph.offices.map(({ office, name, whole }) => ({
        key: office, cells: [html`<${Text} of=${name} />`, whole.sent, whole.delivered, share(whole), span(whole.median_s), span(whole.longest_s), whole.received],
      }))} />
  <//>
`;

/** @param {{ graph: Graph }} props */
export const FlowTable = ({ graph }) => html`
  <${Folded}>
    ${graph.all.length === 0 ? html`<p class="quiet">${t('it.no_messages')}</p>` : html`
      <${Table} name=${t('it.flow')} heads=${[t('it.hour'), t('it.sent'), t('it.came')]}
        rows=${graph.all.map(({ start, sent, received }) => ({ key: start, cells: [clock(Date.parse(start)), sent, received] }))} />`}
  <//>
`;
