// The fake node's state: conversations, messages, events. It speaks as the API does and keeps nothing.

import { isBefore } from '../../../node/page/js/base/timeline.js';
import { district } from './district.mjs';

const KEPT_EVENTS = 500;

/** Makes a node of the office `here`, at the moment `clock()`. */
export function fakeNode({ here = 'o1', clock = Date.now } = {}) {
  const tree = district(here);
  const office = tree.offices.find((each) => each.here);
  const node = { tree, revoked: false, sessions: [], papers: null, hours: null, freshness: 'fresh', revocations: null, suspended: false, rights: ['post'], actsFor: [], health: {}, queue: {}, whys: {}, chats: new Map(), messages: new Map(), clients: new Map(), listeners: new Set(), version: 7 };
  const events = [];
  let sequence = 0;
  let eventId = 0;

  const byId = (list, id) => list.find((each) => each.id === id);
  const iso = (at) => new Date(at).toISOString();

  function descendants(unit) {
    return [unit, ...tree.units.filter((each) => each.parent === unit).flatMap((each) => descendants(each.id))];
  }
  const readersOf = (unit) => new Set(descendants(unit).flatMap((id) => byId(tree.units, id).offices));

  node.chats.set('d', { id: 'd', kind: 'district', title: 'Округ Югра', unread: 0, can_post: true, offices: tree.offices.length, last: null });
  for (const unit of tree.units.filter((each) => readersOf(each.id).has(here))) {
    const own = descendants(unit.id).includes(tree.me.unit);
    node.chats.set(unit.id, { id: unit.id, kind: 'unit', title: unit.name, unread: 0, can_post: own, offices: readersOf(unit.id).size, last: null });
  }

  /** Tells an event to every listener and keeps it for those who resume. */
  node.tell = (type, data) => {
    const event = { id: ++eventId, type, data };
    events.push(event);
    if (events.length > KEPT_EVENTS) events.shift();
    for (const listener of node.listeners) listener(event);
  };

  /** Where somebody who begins to listen now would resume. */
  node.place = () => eventId;

  /** Events after an id, or null when they are no longer kept. */
  node.since = (id) => (id < eventId - events.length ? null : events.filter((event) => event.id > id));

  function chatOf(id) {
    if (node.chats.has(id)) return node.chats.get(id);
    const role = byId(tree.roles, id.split('.')[0]);
    if (role) {
      const other = byId(tree.people, id.split('.')[1]);
      const chat = other
        ? { id, kind: 'desk', title: `${role.title} · ${other.name}`, unread: 0, can_post: true, offices: 2, last: null }
        : { id, kind: 'role', title: `${role.title}, ${role.office_name}`, unread: 0, can_post: true, offices: 2, last: null };
      node.chats.set(id, chat);
      return chat;
    }
    const person = byId(tree.people, id);
    if (!person) return null;
    const chat = { id, kind: 'person', title: person.name, unread: 0, can_post: true, offices: 1, last: null };
    node.chats.set(id, chat);
    return chat;
  }
  node.chat = chatOf;

  const authorOf = (person) => ({
    id: person.id, name: person.name, position: person.position, office: person.office, office_name: byId(tree.offices, person.office).name,
  });

  /** Puts a message into a conversation; `sent` may lie in the past, then it comes late. */
  node.say = (chatId, authorId, text, { precedence = 'routine', sent = clock(), received = clock(), kind = 'text', quiet = false, delivery, reply_to: replyTo = null, of: behalf = null } = {}) => {
    const chat = chatOf(chatId);
    const person = byId(tree.people, authorId);
    const seq = ++sequence;
    const id = `${person.office}.77.${chat.kind === 'person' ? person.office : chatId}.${precedence}.${seq}`;
    const of = chat.kind === 'person' ? 1 : chat.offices - 1;
    const message = {
      id,
      cursor: `${(sent * 65_536 + seq).toString(16)}.${id}`,
      chat: chatId, author: authorOf(person), for: behalf, mine: person.me, kind, text, precedence,
      sent: iso(sent), received: iso(received), late: person.office !== here && received - sent > 10 * 60_000, unwitnessed: false, reply_to: replyTo,
      delivery: delivery ?? { code: 'queued', held_by: 0, delivered: 0, of },
    };
    const list = [...(node.messages.get(chatId) ?? []), message].sort((a, b) => (isBefore(a.cursor, b.cursor) ? -1 : 1));
    node.messages.set(chatId, list);
    const last = list.at(-1);
    chat.last = { text: last.text, author: last.author.name, sent: last.sent };
    if (!person.me && !quiet) chat.unread++;
    if (!quiet) node.tell('message.new', message);
    return message;
  };

  /** Fills a conversation with very many messages at once, in their order. */
  node.fill = (chatId, count, each) => {
    const chat = chatOf(chatId);
    const list = [];
    for (let n = 0; n < count; n++) {
      const { author, text, sent } = each(n);
      const person = byId(tree.people, author);
      const seq = ++sequence;
      const id = `${person.office}.77.${chatId}.routine.${seq}`;
      list.push({
        id, cursor: `${(sent * 65_536 + seq).toString(16)}.${id}`, chat: chatId, author: authorOf(person), for: null, mine: person.me, kind: 'text', text,
        precedence: 'routine', sent: iso(sent), received: iso(sent), late: false, reply_to: null, delivery: { code: 'queued', held_by: 0, delivered: 0, of: chat.offices - 1 },
      });
    }
    node.messages.set(chatId, list);
    chat.last = { text: list.at(-1).text, author: list.at(-1).author.name, sent: list.at(-1).sent };
  };

  /** Which offices have a message: the first `delivered` of its readers, in the order of the tree. */
  node.trace = (id) => {
    const message = [...node.messages.values()].flat().find((each) => each.id === id);
    if (!message) return null;
    const chat = chatOf(message.chat);
    const ids = chat.kind === 'person' ? [here, byId(tree.people, chat.id).office] : chat.kind === 'unit' ? [...readersOf(chat.id)] : tree.offices.map((each) => each.id);
    let left = message.delivery.delivered;
    const office = (each) => {
      const writes = each === message.author.office;
      const holds = writes || each === here || left-- > 0;
      const { name, link, last_contact: since } = byId(tree.offices, each);
      const told = holds && !writes && each !== here;
      const wait = holds ? null : { code: link === 'up' ? 'under_way' : 'no_link', since: since ?? null, via: null, via_name: '', until: null };
      return { office: each, name, writes, reads: true, holds, heard: told ? message.received : null, said: null, by: told ? 'gossip' : null, stick: null, wait };
    };
    return {
      id, written: message.sent, delivery: message.delivery, read_here: { read: 0, of: 2 },
      came: { at: message.received, from: null, name: '', by: null, with: 'page' }, offices: [...new Set(ids)].map(office),
    };
  };

  /** A person by their record. */
  node.card = (id) => {
    const person = byId(tree.people, id);
    if (!person) return null;
    const { name, position, unit, office: home } = person;
    const fingerprint = { ru: Array(12).fill('берег').map((word, i) => (i % 2 ? 'клён' : word)).join('-'), en: Array(12).fill('shore').map((word, i) => (i % 2 ? 'maple' : word)).join('-') };
    return { id, name, position, unit, office: home, active: true, fingerprint };
  };

  /** Says where a message is by now. */
  node.deliver = (message, delivery) => {
    Object.assign(message.delivery, delivery);
    node.tell('message.state', { id: message.id, chat: message.chat, delivery: { ...message.delivery }, ...(message.notice && { notice: message.notice }), ...(message.disputed && { disputed: true }) });
  };

  /** It is proven that the office of a message signed two texts for its place, or for one before it. */
  node.dispute = (message) => {
    message.disputed = true;
    node.deliver(message, {});
  };

  /** Says what stops a message, or that nothing does any more. */
  node.stop = (message, code, offices = [], more = 0, until = null) => {
    if (code) message.notice = { code, offices, more, until };
    else delete message.notice;
    node.deliver(message, {});
  };

  /** Takes a message of the person signed in, once for each client id. */
  node.post = (chatId, { client_id: clientId, text, precedence, reply_to, on_behalf_of: wanted }) => {
    const known = node.clients.get(clientId);
    if (known) return { message: known, repeated: true };
    const as = node.actsFor.find(({ id }) => id === (wanted ?? chatId.split('.p')[0]) && (wanted || chatId.includes('.p')));
    const message = node.say(chatId, tree.me.id, text, { precedence, reply_to, of: as ? { id: as.id, name: as.name, right: 'holds' } : null });
    node.clients.set(clientId, message);
    return { message, repeated: false };
  };

  /** Names who stands in for the person signed in; without a name, ends it. */
  node.name = (wish) => {
    const own = byId(tree.people, tree.me.id);
    const by = wish && byId(tree.people, wish.by);
    if (wish && (!by || by.id === own.id)) return null;
    own.deputy = wish && { by: by.id, name: by.name, from: wish.from ?? iso(clock()), until: wish.until, now: !wish.from };
    node.tell('directory.new', { version: ++node.version });
    return own;
  };

  /** A page of a conversation: before a cursor, after one, around a message, or the end. @param {string} chatId @param {URLSearchParams} query */
  node.page = (chatId, query) => {
    const all = node.messages.get(chatId) ?? [];
    const limit = Number(query.get('limit') ?? 50);
    const [before, after, around] = ['before', 'after', 'around'].map((name) => query.get(name));
    const cut = (from, to) => ({ messages: all.slice(Math.max(0, from), to), before: from > 0 ? all[from].cursor : null, after: to < all.length ? all[to - 1].cursor : null });
    if (around) {
      const at = all.findIndex(({ id }) => id === around);
      return at < 0 ? null : cut(at - limit / 2, at + limit / 2 + 1);
    }
    if (after) {
      const from = all.findIndex(({ cursor }) => isBefore(after, cursor));
      return from < 0 ? { messages: [], before: null, after: null } : { ...cut(from, from + limit), before: null };
    }
    const to = before ? all.filter(({ cursor }) => isBefore(cursor, before)).length : all.length;
    return { ...cut(to - limit, to), after: null };
  };

  node.read = (chatId) => {
    const chat = chatOf(chatId);
    if (!chat.unread) return;
    chat.unread = 0;
    node.tell('chat.update', { ...chat });
  };

  /** Cuts or restores the link to an office. */
  node.link = (officeId, link, lastContact = clock()) => {
    const each = byId(tree.offices, officeId);
    Object.assign(each, { link, last_contact: iso(lastContact) });
    node.tell('peer', { office: officeId, link, last_contact: each.last_contact });
  };

  node.who = () => {
    const { id, name, position, unit } = tree.me;
    return {
      person: { id, name, position, unit, unit_name: byId(tree.units, unit).name },
      office: { id: office.id, slug: office.slug, name: office.name },
      district: { id: 'd4c1', name: 'Округ Югра', freshness: node.freshness, revocations: node.revocations, revoked: node.revoked, suspended: node.suspended },
      rights: node.rights, alarms: node.health.alarms?.map(({ code }) => code) ?? [],
      acts_for: node.actsFor,
    };
  };

  const none = { messages: 0, urgent: 0, flash: 0, oldest_s: null };

  /** Why what waits for an office does; `whys` says so by office where it is not the link alone. */
  const whyOf = ({ id, link, last_contact: since }) =>
    node.queue[id]?.messages > 0 ? { code: link === 'up' ? 'under_way' : 'no_link', since, via: null, via_name: '', until: null, ...node.whys[id] } : null;

  /** The state of the node; `health` changes parts of it, `queue` says by office what waits. */
  node.status = () => ({
    office: node.who().office, enrolled: true, version: '0.1.0', uptime_s: 86_400, district: node.who().district,
    documents: { charter: 1, chart: node.version, bootstrap: 2, revocations: 1, freshness: node.freshness, refresh_by: iso(clock() + 86_400_000) },
    delegated: node.documents().documents.filter(({ kind }) => kind === 'delegated'),
    peers: tree.offices.filter((each) => !each.here).map((each) => ({
      office: each.id, slug: each.slug, name: each.name, link: each.link, rtt_ms: each.link === 'up' ? 34 : null, last_contact: each.last_contact,
      last_entry: null, address: null, carrier: true, queue: { ...none, ...node.queue[each.id] }, why: whyOf(each),
    })),
    queue: Object.values(node.queue).reduce((sum, each) => ({ ...each, messages: Math.max(sum.messages, each.messages) }), none),
    unopened: [], store: { entries: 1200, bytes: 4_000_000 }, disk: { free: 9e9, size: 2e10 }, backup: null, growth: { bytes: 4_000_000, measured_s: 0, per_day: null, kept_days: null, in_a_year: null, quotas_in_a_year: 9e12 }, carried: null, clock: { now: iso(clock()), plausible: true }, alarms: [],
    ...node.health,
  });

  /** The links and what went over them; everything in the last hour arrived within a minute, but at the office that is cut off. */
  node.graph = () => {
    const hour = (ago, sent, delivered, received) => ({ start: iso(Math.floor(clock() / 3_600_000 - ago) * 3_600_000), sent, delivered, received, median_s: delivered ? 12 : null, longest_s: delivered ? 48 : null });
    const row = (cut) => [hour(2, 14, cut ? 3 : 14, 6), hour(0, 5, cut ? 0 : 5, 2)];
    const { peers, office: here_ } = node.status();
    return {
      office: here_, at: iso(clock()), since: iso(clock() - 86_400_000), hours: 24, all: node.hours ?? [hour(2, 14, 0, 25), hour(0, 5, 0, 3)],
      offices: peers.map(({ office: id, name, slug, link, rtt_ms, last_contact: heard, queue }) => ({
        office: id, name, slug, way: link === 'up' ? 'direct' : 'none', rtt_ms, heard, queue, whole: hour(2, 19, link === 'up' ? 19 : 3, 8), hours: row(link !== 'up'),
      })),
    };
  };

  const paper = (kind, version, days, freshness = 'fresh', unit = '') => ({
    kind, unit, version, epoch: version >> 16, issued: iso(clock() - days * 86_400_000), refresh_by: iso(clock() + (30 - days) * 86_400_000), age_s: days * 86_400, freshness,
  });
  node.documents = () => ({ documents: node.papers ?? [paper('charter', 1, 20), paper('chart', node.version, 3, node.freshness), paper('revocations', 4, 31, 'stale'), paper('delegated', 2, 60, 'overdue', 'Окружная больница')] });

  return node;
}
