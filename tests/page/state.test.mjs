import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';

import { chatOf, chats, forgetChats, loadChats, parts, unreadTotal } from '../../node/page/js/state/chats.js';
import { branch, children, forgetTree, loadTree, members, readers, silent } from '../../node/page/js/state/district.js';
import { BLANK, answer, drafts, eraseDrafts, loadDrafts, unsent, write } from '../../node/page/js/state/drafts.js';
import { happen } from '../../node/page/js/state/life.js';
import { drop, eraseOutbox, hurry, loadOutbox, outbox, retry, send } from '../../node/page/js/state/outbox.js';
import { forgetReading, seen } from '../../node/page/js/state/reading.js';
import { choose, hushed, lowVision, pin, settings, toggleLow } from '../../node/page/js/state/settings.js';
import { forgetThreads, latest, newer, older, open, reach, thread } from '../../node/page/js/state/threads.js';
import { fakeNode } from './fake/node.mjs';
import { tell } from './fake/story.mjs';

let node;
/** Answers to the next posts: a status, `down`, or nothing for the node's own. */
let faults;
let asked;

const reply = (body, status = 200) => new Response(body === undefined ? null : JSON.stringify(body), { status });

beforeEach(async () => {
  node = fakeNode();
  tell(node);
  node.listeners.add(({ type, data }) => happen({ type, data: structuredClone(data) }));
  faults = [];
  asked = [];
  globalThis.fetch = async (path, { method, body }) => {
    const url = new URL(path, 'http://node');
    asked.push(`${method} ${url.pathname.slice('/api/v1'.length)}`);
    const [, chat] = url.pathname.match(/\/chat\/([^/]+)\/message/) ?? [];
    if (url.pathname.endsWith('/org/tree')) return reply({ version: 1, ...node.tree });
    if (url.pathname.endsWith('/api/v1/chat')) return reply({ chats: [...node.chats.values()].map((each) => ({ ...each })) });
    if (method === 'GET') return (node.page(chat, url.searchParams) ? reply(node.page(chat, url.searchParams)) : reply({ code: 'no_such_message' }, 404));
    const fault = faults.shift();
    if (fault === 'down') throw new TypeError('refused');
    if (fault) return reply({ code: 'may_not_post', title: 'No right' }, fault);
    return reply(node.post(chat, JSON.parse(body)).message, 201);
  };
  await Promise.all([loadTree(), loadChats()]);
});
afterEach(() => {
  eraseOutbox();
  eraseDrafts();
  forgetChats();
  forgetThreads();
  forgetReading();
  forgetTree();
});

const other = (office, unit = 'u3') => node.tree.people.find((person) => person.office === office && person.unit === unit && !person.me);
const texts = (chat) => thread(chat).messages.value.map(({ text }) => text);

/** Waits until something holds; every step lets all that is ready go on. */
async function until(holds) {
  while (!holds()) await new Promise((resolve) => setImmediate(resolve));
}

test('a role is written to before anybody has, and its office is who reads it', () => {
  const [role] = node.tree.roles;
  const chat = chatOf(role.id);
  assert.deepEqual([chat.kind, chat.title, chat.can_post], ['role', `Дежурный по отделению, ${role.office_name}`, true]);
  assert.deepEqual(readers(chat).map(({ id }) => id), [role.office]);
  const other_ = other('o2');
  assert.deepEqual(readers({ id: `${role.id}.${other_.id}`, kind: 'desk' }).map(({ id }) => id), ['o2']);
  assert.equal(chatOf('r99999'), null);
});

test('what is written for a role says so on its way, and a draft keeps for whom it is', async () => {
  const [role] = node.tree.roles;
  node.actsFor = [{ id: role.id, name: role.title, until: null }];
  loadOutbox('p1');
  send('d', { text: 'Принято', precedence: 'routine', as: role.id });
  await until(() => outbox.value.length === 0);
  const said = node.messages.get('d').at(-1);
  assert.deepEqual(said.for, { id: role.id, name: role.title, right: 'holds' });
  loadDrafts('p1');
  write('d', { ...BLANK, as: role.id });
  assert.equal(drafts.value.d.as, role.id);
});

test('a conversation is loaded anew when an announcement may tell of a right that was not known', async () => {
  const [role] = node.tree.roles;
  const said = node.say('d', other('o2').id, 'За дежурного', { of: { id: role.id, name: role.id, right: 'unknown' } });
  await open('d');
  const right = () => thread('d').messages.value.find(({ id }) => id === said.id)?.for.right;
  assert.equal(right(), 'unknown');
  said.for = { id: role.id, name: role.title, right: 'lacks' };
  node.tell('org.version', { version: 8 });
  await until(() => thread('d').before.value === undefined);
  await open('d');
  assert.equal(right(), 'lacks');
});

test('a conversation opened while the lists are loaded anew keeps what it shows', async () => {
  node.say('u3', other('o2').id, 'Новое');
  const again = happen({ type: 'reset', data: {} });
  await open('u3');
  const line = thread('u3').unreadFrom.value;
  assert.equal(line, node.messages.get('u3').at(-1).id);
  seen('u3');
  await again;
  assert.equal(texts('u3').at(-1), 'Новое');
  assert.equal(thread('u3').unreadFrom.value, line);
});

test('a message of others is counted once, however often it is told', () => {
  const before = chats.value.get('u3').unread;
  const message = node.say('u3', other('o2').id, 'Один раз');
  happen({ type: 'message.new', data: message });
  assert.equal(chats.value.get('u3').unread, before + 1);
  assert.equal(chats.value.get('u3').last.text, 'Один раз');
  assert.equal(unreadTotal.value, 3 + 1);
});

test('what comes late is counted and does not become the last word', () => {
  const last = chats.value.get('u3').last;
  node.say('u3', other('o4').id, 'Опоздало', { sent: Date.parse(last.sent) - 3_600_000 });
  assert.deepEqual(chats.value.get('u3').last, last);
  assert.equal(chats.value.get('u3').unread, 1);
});

test('the first word of a stranger brings the conversation into the list', async () => {
  const stranger = other('o5', 'u6');
  assert.equal(chats.value.has(stranger.id), false);
  assert.equal(chatOf(stranger.id).title, stranger.name);
  node.say(stranger.id, stranger.id, 'Здравствуйте');
  await until(() => chats.value.has(stranger.id));
  assert.equal(parts.value.district.find(({ kind }) => kind === 'person').id, stranger.id);
  assert.equal(chats.value.get(stranger.id).unread, 1);
});

test('conversations of the office stand apart from those of the district, units by name and people by the last word', () => {
  const { pinned, office, district } = parts.value;
  assert.deepEqual(pinned, []);
  assert.deepEqual(office.map(({ title }) => title), ['Правовой отдел']);
  const named = district.filter(({ kind }) => kind !== 'person').map(({ title }) => title);
  assert.deepEqual(named, ['Округ Югра', 'Дежурная служба', 'Канцелярия', 'Организационный отдел', 'Руководство']);
  const [first, second] = district.filter(({ kind }) => kind === 'person');
  assert.ok(first.last.sent > second.last.sent);
});

test('units of an agency stand under the one that was given over, in the order of a Russian dictionary', async () => {
  const named = ['Пункт 10', 'Ямской пункт', 'Ёлкинский пункт', 'жуковский пункт', 'Пункт 2', 'Ежовский пункт'];
  // By number, as the node tells them, beside a unit of the chart and with a level of its own.
  node.tree.units.push({ id: 'u900', parent: 'u3', name: 'Больница', offices: [] }, ...named.map((name, i) => ({ id: `u${901 + i}`, parent: 'u900', name, offices: [] })));
  await loadTree();
  assert.equal(children.value.get('u3').filter(({ id }) => id === 'u900').length, 1);
  assert.deepEqual(children.value.get('u900').map(({ name }) => name), ['Ежовский пункт', 'Ёлкинский пункт', 'жуковский пункт', 'Пункт 2', 'Пункт 10', 'Ямской пункт']);
});

test('what is pinned stands above, in the order of pinning, and once', () => {
  pin('u4');
  pin('d');
  assert.deepEqual(parts.value.pinned.map(({ id }) => id), ['u4', 'd']);
  assert.ok(!parts.value.district.some(({ id }) => id === 'u4' || id === 'd'));
  pin('u4');
  assert.deepEqual(parts.value.pinned.map(({ id }) => id), ['d']);
  pin('d');
});

test('an answer names what it answers, on the way and in the draft', async () => {
  await open('u3');
  const asked = node.say('u3', other('o2').id, 'Где опись?');
  answer(asked, asked.author.name);
  assert.equal(drafts.value.u3.reply.text, 'Где опись?');
  send('u3', { text: 'В пути', precedence: 'routine', reply: drafts.value.u3.reply });
  await until(() => outbox.value.length === 0);
  assert.equal(node.messages.get('u3').find(({ text }) => text === 'В пути').reply_to, asked.id);
});

test('a loaded conversation follows its messages and their delivery', async () => {
  await open('u3');
  const message = node.say('u3', other('o2').id, 'Ещё');
  assert.equal(texts('u3').at(-1), 'Ещё');
  node.deliver(message, { code: 'delivered', delivered: 3, held_by: 3 });
  assert.equal(thread('u3').messages.value.at(-1).delivery.code, 'delivered');
  node.say('u4', other('o2', 'u4').id, 'Не загружено');
  assert.deepEqual(texts('u4'), []);
});

test('an answer that is older than an event takes nothing back', async () => {
  await open('u3');
  loadOutbox('me');
  const post = node.post;
  node.post = (...all) => {
    const { message } = post(...all);
    const old = structuredClone(message);
    node.deliver(message, { code: 'delivered', delivered: 3, held_by: 3 });
    return { message: old };
  };
  send('u3', { text: 'Быстро', precedence: 'routine' });
  await until(() => outbox.value.length === 0);
  assert.equal(thread('u3').messages.value.at(-1).delivery.code, 'delivered');
});

test('delivery told while a page is under way is not lost', async () => {
  const message = node.say('u3', node.tree.me.id, 'Моё');
  const loading = open('u3');
  const old = structuredClone(message.delivery);
  happen({ type: 'message.state', data: { id: message.id, chat: 'u3', delivery: { ...old, code: 'delivered', delivered: 3, held_by: 3 } } });
  await loading;
  assert.equal(thread('u3').messages.value.at(-1).delivery.code, 'delivered');
});

test('what comes after one has left is not marked as read', async (context) => {
  context.mock.timers.enable({ apis: ['setTimeout'] });
  const marks = [];
  const fetch = globalThis.fetch;
  globalThis.fetch = async (path, options) => (path.endsWith('/read') ? (marks.push(JSON.parse(options.body)), answer(undefined, 204)) : fetch(path, options));
  await Promise.all([open('u4'), open('d')]);
  const last = (chat) => thread(chat).messages.value.at(-1).cursor;
  const [one, two] = [last('u4'), last('d')];
  seen('u4');
  assert.deepEqual(marks, [{ chat: 'u4', cursor: one }]);
  seen('d');
  node.say('d', other('o2', 'u4').id, 'Вслед');
  context.mock.timers.tick(1000);
  assert.deepEqual(marks.slice(1), [{ chat: 'd', cursor: two }]);
  assert.equal(chats.value.get('d').unread, 1);
  context.mock.timers.tick(1000);
  assert.equal(marks.length, 2);
});

test('the next person at the same page marks what the one before had read', async () => {
  const marks = [];
  const fetch = globalThis.fetch;
  globalThis.fetch = async (path, options) => (path.endsWith('/read') ? (marks.push(JSON.parse(options.body)), answer(undefined, 204)) : fetch(path, options));
  for (let person = 1; person <= 2; person++) {
    await loadChats();
    await open('u4');
    seen('u4');
    assert.equal(marks.length, person);
    forgetChats();
    forgetThreads();
    forgetReading();
  }
});

test('the unread line goes with the answer', async () => {
  await open('u4');
  assert.notEqual(thread('u4').unreadFrom.value, null);
  node.say('u4', node.tree.me.id, 'Принято');
  assert.equal(thread('u4').unreadFrom.value, null);
});

test('pages of history join without a gap or a double', async () => {
  for (let i = 0; i < 120; i++) node.say('u5', other('o1', 'u5').id, `${i}`, { sent: Date.now() - (200 - i) * 60_000, quiet: true });
  await open('u5');
  assert.equal(texts('u5').length, 50);
  await Promise.all([older('u5'), older('u5')]);
  await older('u5');
  assert.deepEqual(texts('u5'), Array.from({ length: 120 }, (_, i) => `${i}`));
  assert.equal(thread('u5').before.value, null);
});

test('the first of many unread messages is there at once, with what stands above it', async () => {
  for (let n = 0; n < 300; n++) node.say('u5', other('o1', 'u5').id, `Строка ${n}`, { sent: Date.now() - (900 - n) * 60_000, quiet: true });
  node.chat('u5').unread = 90;
  await loadChats();
  await open('u5');
  const of = thread('u5');
  assert.equal(of.messages.value.find(({ id }) => id === of.unreadFrom.value).text, 'Строка 210');
  assert.equal(texts('u5')[0], 'Строка 190');
});

test('a message far above is reached at once, and from there one reads on to the end', async () => {
  const said = [];
  for (let n = 0; n < 700; n++) said.push(node.say('u5', other('o1', 'u5').id, `Строка ${n}`, { sent: Date.now() - (900 - n) * 60_000, quiet: true }));
  await open('u5');
  asked.length = 0;
  assert.equal(await reach('u5', said[200]), true);
  assert.equal(asked.length, 1, 'one page and not all between');
  const here = texts('u5');
  assert.deepEqual([here.length, here[0], here.at(-1)], [101, 'Строка 150', 'Строка 250']);
  node.say('u5', other('o1', 'u5').id, 'Новое');
  assert.equal(texts('u5').at(-1), 'Строка 250', 'what is new stands at the end, which is not here');
  await older('u5');
  while (thread('u5').after.value) await newer('u5');
  assert.deepEqual(texts('u5'), [...said.slice(50).map(({ text }) => text), 'Новое']);
  await reach('u5', said[10]);
  await latest('u5');
  assert.deepEqual([texts('u5').length, texts('u5').at(-1), thread('u5').after.value], [50, 'Новое', null]);
  assert.equal(await reach('u5', { id: 'o1.77.u5.routine.99999' }), false);
  assert.deepEqual([texts('u5').length, thread('u5').problem.value], [50, null], 'what is not to be found changes nothing');
});

test('a late message above the loaded part is announced and found', async () => {
  for (let i = 0; i < 120; i++) node.say('u5', other('o1', 'u5').id, `${i}`, { sent: Date.now() - (200 - i) * 60_000, quiet: true });
  await open('u5');
  const late = node.say('u5', other('o2').id, 'Опоздало', { sent: Date.now() - 190 * 60_000 });
  assert.equal(texts('u5').length, 50);
  assert.deepEqual(thread('u5').late.value.map(({ id }) => id), [late.id]);
  assert.equal(await reach('u5', late), true);
  assert.ok(texts('u5').includes('Опоздало'));
});

test('messages leave in the order in which they were written, each once', async () => {
  await open('u3');
  loadOutbox('me');
  faults = ['down', 503];
  send('u3', { text: 'Первое', precedence: 'routine' });
  send('u3', { text: 'Второе', precedence: 'urgent' });
  for (let tries = 0; tries < 2; tries++) {
    await until(() => outbox.value[0]?.state === 'waiting');
    assert.equal(outbox.value.length, 2);
    const before = asked.length;
    hurry();
    await until(() => asked.length > before);
  }
  await until(() => outbox.value.length === 0);
  assert.deepEqual(texts('u3').slice(-2), ['Первое', 'Второе']);
});

test('a refused message waits for its writer and holds up no other', async () => {
  loadOutbox('me');
  faults = [403];
  send('u3', { text: 'Нельзя', precedence: 'routine' });
  send('u3', { text: 'Можно', precedence: 'routine' });
  await until(() => outbox.value.length === 1);
  const [row] = outbox.value;
  assert.deepEqual([row.text, row.state, row.problem.code], ['Нельзя', 'refused', 'may_not_post']);
  retry(row.clientId);
  await until(() => outbox.value.length === 0);
  assert.equal(node.messages.get('u3').at(-1).text, 'Нельзя');
});

test('a message told by the events before the answer stands once', async () => {
  loadOutbox('me');
  let echo;
  const post = node.post;
  node.post = (...all) => {
    const result = post(...all);
    echo = outbox.value[0].echo;
    return result;
  };
  send('u3', { text: 'Эхо', precedence: 'routine' });
  await until(() => outbox.value.length === 0);
  assert.equal(echo, true);
});

test('a message taken off the way is not sent', async () => {
  loadOutbox('me');
  faults = ['down'];
  send('u3', { text: 'Не надо', precedence: 'routine' });
  await until(() => outbox.value[0]?.state === 'waiting');
  drop(outbox.value[0].clientId);
  const before = asked.length;
  hurry();
  await new Promise((resolve) => setImmediate(resolve));
  assert.equal(asked.length, before);
});

test('a chosen precedence is kept before anything is written', () => {
  loadDrafts('me');
  write('u3', { text: '', precedence: 'flash' });
  assert.equal(drafts.value.u3.precedence, 'flash');
  assert.equal(unsent.value, 0);
  write('u3', { text: 'Срочно', precedence: 'flash' });
  assert.equal(unsent.value, 1);
  write('u3', BLANK);
  assert.deepEqual(drafts.value, {});
});

test('a unit is read by the offices of its branch', () => {
  assert.deepEqual(branch('u2'), ['u2', 'u3']);
  assert.deepEqual(readers({ kind: 'unit', id: 'u2' }).map(({ id }) => id), ['o1', 'o2', 'o3', 'o4']);
  assert.equal(readers({ kind: 'district', id: 'd' }).length, 5);
  assert.equal(members('u2').length, 2 + 8);
});

test('links go down and up, the longest silent first', () => {
  node.link('o2', 'down', 2_000_000);
  node.link('o3', 'down', 1_000_000);
  assert.deepEqual(silent.value.map(({ id }) => id), ['o3', 'o2']);
  node.link('o3', 'up');
  assert.deepEqual(silent.value.map(({ id }) => id), ['o2']);
});

test('an event of a later version changes nothing', () => {
  const before = chats.value;
  happen({ type: 'ack', data: { id: 'x' } });
  assert.equal(chats.value, before);
});

test('the low-vision version is one step away and gives back what was there', () => {
  choose({ size: 'large', scheme: 'light' });
  toggleLow();
  assert.deepEqual([lowVision.value, settings.value.size, settings.value.scheme], [true, 'huge', 'contrast']);
  choose({ scheme: 'dark' });
  toggleLow();
  assert.deepEqual([lowVision.value, settings.value.size, settings.value.scheme], [false, 'large', 'light']);
});

test('quiet hours go over midnight, and hold only when they are on', () => {
  const at = (hour, minute = 0) => new Date(2026, 2, 14, hour, minute);
  choose({ quiet: true, from: '22:00', until: '07:00' });
  assert.deepEqual([21, 22, 23, 0, 6, 7].map((hour) => hushed(at(hour))), [false, true, true, true, true, false]);
  choose({ from: '13:00', until: '14:30' });
  assert.deepEqual([hushed(at(12, 59)), hushed(at(13)), hushed(at(14, 29)), hushed(at(14, 30))], [false, true, true, false]);
  choose({ from: '08:00', until: '08:00' });
  assert.ok(!hushed(at(8)));
  choose({ quiet: false, from: '00:00', until: '23:59' });
  assert.ok(!hushed(at(12)));
});

test('a list that was asked for before something was said does not hide it', async () => {
  const fetch = globalThis.fetch;
  const author = node.tree.people.find((person) => person.office === 'o2').id;
  let late = 'сказано, пока список в пути';
  globalThis.fetch = async (path, options) => {
    const answered = await fetch(path, options);
    if (path.endsWith('/chat') && late) {
      // The answer is made; the event overtakes it.
      node.say('u3', author, late);
      late = '';
    }
    return answered;
  };
  await loadChats();
  assert.equal(chats.value.get('u3').last.text, 'сказано, пока список в пути');
});
