// The state of the node, for whoever looks after it.

import { age, day, size } from '../base/dates.js';
import { t } from '../base/words.js';
import { call } from '../link/http.js';
import { now } from '../state/moment.js';
import { self } from '../state/session.js';
import { loadStatus, status } from '../state/status.js';
import { Alarms } from './alarms.js';
import { FlowTable, HeatTable, Picture, Table } from './picture.js';
import { Screen } from './screen.js';
import { Icon, Text, html, useEffect, useState } from './ui.js';

/** @import { Graph, NodeStatus, Paper, Papers, Peer } from 'okrug' */

/** @param {{ name: string, bad?: boolean, text: unknown, note: unknown }} props */
const Tile = ({ name, bad = false, text, note }) => html`
  <div class="tile ${bad ? 'tile-bad' : ''}"><dt>${name}</dt><dd><b>${text}</b><span class="quiet">${note}</span></dd></div>
`;

/** A queue by precedence, the most pressing first. @param {Peer['queue']} queue */
function byPrecedence({ messages, urgent, flash }) {
  const parts = [[flash, 'it.f'], [urgent - flash, 'it.u'], [messages - urgent, 'it.r']];
  return parts.filter(([n]) => Number(n) > 0).map(([n, key]) => t(String(key), { n })).join(', ');
}

/** @param {{ of: NodeStatus, papers: Papers | null }} props */
function Tiles({ of, papers }) {
  const { peers, queue, disk } = of;
  const up = peers.filter(({ link }) => link === 'up').length;
  const waiting = Math.max(queue.messages, ...peers.map((peer) => peer.queue.messages));
  const oldest = Math.max(queue.oldest_s ?? 0, ...peers.map((peer) => peer.queue.oldest_s ?? 0));
  const worst = ['overdue', 'stale', 'fresh'].find((word) => papers?.documents.some(({ freshness }) => freshness === word));
  return html`
    <dl class="tiles">
      <${Tile} name=${t('it.links')} bad=${up < peers.length} text=${t('it.links_of', { n: up, of: peers.length })} note=${peers.filter(({ link }) => link === 'down').length > 0 ? t('it.way.none') + `: ${peers.length - up}` : t('link.up')} />
      <${Tile} name=${t('it.queue')} bad=${oldest > 3600} text=${waiting} note=${waiting > 0 ? t('it.oldest', { age: age(oldest * 1000) }) : t('it.empty')} />
      <${Tile} name=${t('it.disk')} bad=${disk !== null && disk.free < disk.size / 20} text=${disk ? `${Math.round((disk.free / disk.size) * 100)} %` : '—'} note=${disk ? t('it.free', { free: size(disk.free), size: size(disk.size) }) : t('it.no_disk')} />
      <${Tile} name=${t('it.papers')} bad=${worst !== 'fresh' && worst !== undefined} text=${t('it.version') + ` ${of.documents.chart}`} note=${worst ? t(`it.all.${worst}`) : ''} />
    </dl>
  `;
}

/** @param {Peer} peer @param {Graph | null} graph */
function link(peer, graph) {
  const way = graph?.offices.find(({ office }) => office === peer.office)?.way ?? (peer.link === 'up' ? 'direct' : 'none');
  return html`<span class="way way-${way}"><${Icon} name=${way === 'direct' ? 'tick' : way === 'carried' ? 'right' : 'close'} />${t(`it.way.${way}`)}</span>`;
}

/** `10.4.0.5:7001` where the address is as simple as that; the key of the other side stands in the directory. @param {string} address */
const path = (address) => address.replace(/\/p2p\/.*$/, '').replace(/^\/(?:ip4|dns4?)\/([^/]+)\/tcp\/(\d+)$/, '$1:$2').replace(/^\/ip6\/([^/]+)\/tcp\/(\d+)$/, '[$1]:$2');

/** @param {Peer} peer */
const heard = (peer) => (peer.link === 'up' ? t('it.now') : peer.last_contact ? t('ses.ago', { age: age(now.value - Date.parse(peer.last_contact)) }) : t('it.never'));

/** @param {{ of: NodeStatus, graph: Graph | null }} props */
const Links = ({ of, graph }) => html`
  <${Table} name=${t('it.links')} heads=${[t('it.office'), t('it.link'), t('it.path'), t('it.rtt'), t('it.heard'), t('it.waits'), t('it.oldest_h')]}
    rows=${of.peers.map((peer) => ({
      key: peer.office,
      cells: [
        html`<${Text} of=${peer.name} />`, link(peer, graph), peer.address ? html`<code><${Text} of=${path(peer.address)} /></code>` : '—',
        peer.link === 'up' && peer.rtt_ms !== null ? t('it.ms', { n: peer.rtt_ms }) : '—', heard(peer),
        byPrecedence(peer.queue) || '—', peer.queue.oldest_s === null ? '—' : age(peer.queue.oldest_s * 1000),
      ],
    }))} />
`;

/** @param {Paper} paper */
const paperName = ({ kind, unit }) => html`<${Text} of=${t(`it.k.${kind}`, { unit })} />`;

/** @param {{ papers: Papers }} props */
const Documents = ({ papers }) => html`
  <${Table} name=${t('it.papers')} heads=${[t('it.paper'), t('it.version'), t('it.epoch'), t('it.signed'), t('it.due'), t('it.state')]}
    rows=${papers.documents.map((paper) => ({
      key: paper.kind + paper.unit,
      cells: [paperName(paper), paper.version, paper.epoch, t('ses.ago', { age: age(paper.age_s * 1000) }), day(Date.parse(paper.refresh_by), now.value), html`<span class="tag tag-${paper.freshness}">${t(`it.${paper.freshness}`)}</span>`],
    }))} />
`;

/** @param {{ of: NodeStatus }} props */
const Machine = ({ of: { store, clock, unopened, disk } }) => html`
  ${disk && html`<progress class="disk" max=${disk.size} value=${disk.size - disk.free} aria-label=${t('it.free', { free: size(disk.free), size: size(disk.size) })}></progress>`}
  <ul class="facts">
    <li>${t('it.store', { bytes: size(store.bytes) })}, ${t('it.entries', { n: store.entries })}</li>
    <li>${t('it.clock')}: ${t(clock.plausible ? 'it.clock_good' : 'it.clock_bad')}</li>
    ${unopened.map(({ office, topic, what }) => html`<li key=${office + topic}>${t('it.unopened', { n: what.messages })}</li>`)}
  </ul>
`;

/** @typedef {NonNullable<NodeStatus['carried']>} CarriedOf */

/** What lies here for others, who wrote it, and what of it had to go. @param {{ of: CarriedOf }} props */
const Carried = ({ of: { bytes, quota, full, given_up: gone, oldest, writers, topics } }) => html`
  <progress class="disk" max=${quota} value=${bytes} aria-label=${t('it.carried_of', { bytes: size(bytes), quota: size(quota) })}></progress>
  <ul class="facts">
    <li>${t('it.carried_of', { bytes: size(bytes), quota: size(quota) })}${oldest && ` · ${t('it.oldest', { age: age(now.value - Date.parse(oldest)) })}`}</li>
    ${gone > 0 && html`<li>${t('it.carried_gone', { n: gone })}</li>`}
    ${full && html`<li class="fault">${t('it.carried_full')}</li>`}
  </ul>
  ${writers.length > 0 && html`
    <${Table} name=${t('it.carried')} heads=${[t('it.carried_whose'), t('it.carried_size')]}
      rows=${writers.map(({ office, name, bytes: part }) => ({ key: office, cells: [html`<${Text} of=${name} />`, size(part)] }))} />
    <${Table} name=${t('it.carried_about')} heads=${[t('it.carried_about'), t('it.carried_size')]}
      rows=${topics.map(({ title, bytes: part }) => ({ key: title, cells: [html`<${Text} of=${title} />`, size(part)] }))} />
  `}
`;

export function Node() {
  const [graph, setGraph] = useState(/** @type {Graph | null} */ (null));
  const [papers, setPapers] = useState(/** @type {Papers | null} */ (null));
  const may = self().rights.includes('it');
  const of = status.value;
  useEffect(() => void (may && loadStatus()), [may]);
  // What fails is asked for with the next state; the banner says that the node is away.
  useEffect(() => {
    if (!may || !of) return;
    call('GET', '/node/graph?kind=map&format=json').then(setGraph, () => {});
    call('GET', '/node/document').then(setPapers, () => {});
  }, [may, of]);
  if (!may) return html`<${Screen} title=${t('nav.node')}><p class="hint">${t('it.no_right')}</p><//>`;
  if (!of) return html`<${Screen} title=${t('nav.node')}><p class="hint" aria-busy="true">${t('app.loading')}</p><//>`;
  return html`
    <${Screen} title=${t('nav.node')} note=${t('it.note', { name: of.office.name, version: of.version, age: age(of.uptime_s * 1000) })}>
      <div class="it">
        <${Tiles} of=${of} papers=${papers} />
        <section class="panel"><h2>${t('it.alarms')}</h2><${Alarms} all=${of.alarms} /></section>
        <section class="panel"><h2>${t('it.machine')}</h2><${Machine} of=${of} /></section>
        ${of.carried && html`<section class="panel"><h2>${t('it.carried')}</h2><${Carried} of=${of.carried} /></section>`}
        <section class="panel panel-wide"><h2>${t('it.links')}</h2><${Picture} kind="map" /><${Links} of=${of} graph=${graph} /></section>
        <section class="panel panel-wide"><h2>${t('it.heat')}</h2><${Picture} kind="heat" />${graph && html`<${HeatTable} graph=${graph} />`}</section>
        <section class="panel"><h2>${t('it.flow')}</h2><${Picture} kind="flow" />${graph && html`<${FlowTable} graph=${graph} />`}</section>
        <section class="panel"><h2>${t('it.papers')}</h2>${papers ? html`<${Documents} papers=${papers} />` : html`<p class="hint" aria-busy="true">${t('app.loading')}</p>`}</section>
      </div>
    <//>
  `;
}
