// Quick find, settings, answers, the outbox, and what the page says when something is wrong: on the fake node.

import assert from 'node:assert/strict';
import { after, afterEach, before, beforeEach, test } from 'node:test';

import { DESKTOP, PHONE, count, enter, launch, message, open, say, visit, written } from '../chromium.mjs';
import { fakeNode } from '../fake/node.mjs';
import { serve } from '../fake/server.mjs';
import { tell } from '../fake/story.mjs';

let browser;
let node;
let server;
let visits;

before(async () => (browser = await launch()));
after(() => browser?.close());
beforeEach(async () => {
  node = fakeNode();
  tell(node);
  server = await serve(node);
  visits = [];
});
afterEach(async () => {
  for (const { context } of visits) await context.close();
  await server.close();
  assert.deepEqual(visits.flatMap(({ faults }) => faults), []);
});

const other = (office, unit = 'u3') => node.tree.people.find((person) => person.office === office && person.unit === unit && !person.me);

async function room(title = 'Канцелярия', options = {}) {
  const made = await visit(browser, server.url, options);
  visits.push(made);
  await enter(made.page, 'login', 'okrug');
  if (title) await open(made.page, title);
  return made.page;
}

async function find(page, typed) {
  await page.keyboard.press('Control+KeyK');
  await page.waitForSelector('.find input:focus');
  await page.keyboard.type(typed);
}

test('quick find opens a conversation by keyboard alone, in either layout', async () => {
  const page = await room();
  for (const [typed, title] of [['деж сл', 'Дежурная служба'], ['ghfdj', 'Правовой отдел'], ['yugra', 'Округ Югра']]) {
    await find(page, typed);
    await page.waitForSelector(`.find-item[aria-selected=true]:has-text("${title}")`);
    await page.keyboard.press('Enter');
    await page.waitForSelector(`.talk-title h1:has-text("${title}")`);
    await page.waitForSelector('.find', { state: 'detached' });
  }
  await find(page, 'инспектор');
  await page.waitForSelector('.find-item >> nth=2');
  const third = await page.locator('.find-item b').nth(2).innerText();
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await page.waitForSelector(`.talk-title h1:has-text("${third}")`);
  await find(page, 'ъъъъ');
  await page.waitForSelector('.find-foot:has-text("Ничего не найдено")');
  await page.keyboard.press('Escape');
  await page.waitForSelector('.find', { state: 'detached' });
  await page.waitForSelector(`.talk-title h1:has-text("${third}")`);
  await page.waitForSelector('#write:focus');
});

test('keys are known by their place: the Russian layout changes nothing', async () => {
  const page = await room('Канцелярия');
  const press = (code, key, more = {}) => page.evaluate(([init]) => document.activeElement.dispatchEvent(new KeyboardEvent('keydown', { ...init, bubbles: true, cancelable: true })), [{ code, key, ...more }]);
  await press('KeyK', 'л', { ctrlKey: true });
  await page.waitForSelector('.find input:focus');
  await page.keyboard.press('Escape');
  await page.waitForSelector('.find', { state: 'detached' });
  await page.locator('.msg:not(.msg-mine)').last().focus();
  await press('KeyR', 'к');
  await page.waitForSelector('.write-reply');
  await page.waitForSelector('#write:focus');
  await press('ArrowDown', 'ArrowDown', { altKey: true });
  await page.waitForSelector('.talk-title h1:has-text("Организационный отдел")');
  await press('ArrowUp', 'ArrowUp', { altKey: true });
  await page.waitForSelector('.talk-title h1:has-text("Канцелярия")');
});

test('an answer shows what it answers, here and at the node, and leads there', async () => {
  const page = await room();
  const asked = node.say('u3', other('o2').id, 'Где опись?');
  await message(page, 'Где опись?').hover();
  await message(page, 'Где опись?').locator('.acts button').first().click();
  await page.waitForSelector('.write-reply:has-text("Где опись?")');
  await page.reload();
  await page.waitForSelector('.write-reply:has-text("Где опись?")');
  await say(page, 'Едет');
  await message(page, 'Едет').locator('.delivery-queued').waitFor();
  assert.equal(node.messages.get('u3').at(-1).reply_to, asked.id);
  await count(page, '.write-reply', 0);
  await message(page, 'Едет').locator('.quote:has-text("Где опись?")').click();
  await page.waitForFunction(() => document.activeElement.matches('.msg') && document.activeElement.innerText.includes('Где опись?'));
});

test('an answer to what is far above leads there', async () => {
  const first = node.say('u5', other('o1', 'u5').id, 'Самое первое', { sent: Date.now() - 600 * 60_000, quiet: true });
  for (let i = 0; i < 500; i++) node.say('u5', other('o1', 'u5').id, `Строка ${i}`, { sent: Date.now() - (550 - i) * 60_000, quiet: true });
  node.say('u5', other('o1', 'u5').id, 'Ответ', { reply_to: first.id, quiet: true });
  const page = await room('Правовой отдел');
  await message(page, 'Ответ').locator('.quote:has-text("сообщение выше")').click();
  await page.waitForFunction(() => document.activeElement.matches('.msg') && document.activeElement.innerText.includes('Самое первое'));
  await page.click('.to-end');
  await page.waitForFunction(() => [...document.querySelectorAll('.msg')].at(-1).innerText.includes('Ответ'));
});

test('settings hold after a reload, and for their person alone', async () => {
  const page = await room(null);
  await page.click('.side-door:has-text("Настройки")');
  await page.click('label:has-text("Тёмные")');
  await page.click('label:has-text("Крупный") >> nth=0');
  await page.click('label:has-text("начинает строку")');
  const dressed = (size, scheme) => page.waitForSelector(`:root[data-size=${size}][data-scheme=${scheme}]`);
  await dressed('large', 'dark');
  await page.reload();
  await page.waitForSelector('.panel');
  await dressed('large', 'dark');
  await open(page, 'Канцелярия');
  await page.fill('#write', 'строка');
  await page.press('#write', 'Enter');
  await written(page, 'строка\n');
  await page.press('#write', 'Control+Enter');
  await message(page, 'строка').locator('.delivery-queued').waitFor();
  await page.evaluate((person) => localStorage.setItem('okrug.settings.p99', localStorage.getItem(`okrug.settings.${person}`)), node.tree.me.id);
  node.tree.me.id = 'p10099';
  await page.reload();
  await page.waitForSelector('.row');
  // Who has chosen nothing sees what the browser showed last.
  await dressed('large', 'dark');
});

test('the low-vision version is one click away, at the door too', async () => {
  const made = await visit(browser, server.url, PHONE);
  visits.push(made);
  const { page } = made;
  await page.click('.low-switch');
  await page.waitForSelector('.low');
  await page.waitForSelector(':root[data-scheme=contrast][data-size=huge]');
  await enter(page, 'login', 'okrug');
  await page.click('.low .low-light');
  await page.waitForSelector(':root[data-scheme=light]');
  await page.click('.low .link');
  await page.waitForSelector('.low', { state: 'detached' });
  await page.waitForSelector(':root[data-size=normal]');
});

test('the outbox tells what waits here and at the node', async () => {
  const page = await room();
  server.faults.next = ['may_not_post'];
  await say(page, 'Не туда');
  await message(page, 'Не туда').locator('.delivery-refused').waitFor();
  node.link('o4', 'down', Date.now() - 3 * 3_600_000);
  await page.click('.side-door:has-text("Очередь")');
  await page.waitForSelector('.table tr:has-text("Берёзовскому"):has-text("3 сообщения"):has-text("1 срочное"):has-text("нет связи 3 ч")');
  await page.waitForSelector('.table tr:has-text("Урай"):has-text("передаётся")');
  await page.click('.out-row button:has-text("Удалить")');
  await page.waitForSelector('.out-row', { state: 'detached' });
  node.queue = {};
  await page.keyboard.press('Escape');
  await page.click('.side-door:has-text("Очередь")');
  await page.waitForSelector('.out-done');
});

test('the page says when the office is not listed, may only read, is full, or has a wrong clock', async () => {
  node.health = { enrolled: false, disk: { free: 0, size: 2e10 }, clock: { now: new Date().toISOString(), plausible: false } };
  node.rights = [];
  for (const chat of node.chats.values()) chat.can_post = false;
  const page = await room();
  for (const words of ['нет в справочнике', 'только читать', 'кончилось место', 'Часы узла']) await page.waitForSelector(`.banner:has-text("${words}")`);
  await page.waitForSelector('.closed:has-text("только читать")');
  assert.equal(await page.locator('#write').count(), 0);
  await page.locator('.msg').last().hover();
  await page.waitForSelector('.acts button');
  assert.equal(await page.locator('.acts button').count(), 1, 'nothing to answer with');
});

test('a full node refuses, and what was written is kept', async () => {
  const page = await room();
  server.faults.next = [507];
  await say(page, 'Не влезло');
  await message(page, 'Не влезло').locator('.delivery-refused').waitFor();
  node.health = { disk: { free: 5e7, size: 2e10 } };
  await page.reload();
  await page.waitForSelector('.banner:has-text("кончается место")');
  await message(page, 'Не влезло').locator('button:has-text("Повторить")').click();
  await message(page, 'Не влезло').locator('.delivery-queued').waitFor();
});

test('an empty conversation, an empty list and an unknown address are told from loading', async () => {
  const page = await room('Руководство');
  await page.waitForSelector('.log .hint:has-text("ещё ничего не написано")');
  await page.goto(`${server.url}#/chat/${encodeURIComponent('u404')}`);
  await page.waitForSelector('.talk-none');
  await page.goto(`${server.url}#/chat/%E0%A4`);
  await page.waitForSelector('.talk-none');
  node.chats.clear();
  await page.goto(server.url);
  await page.reload();
  await page.waitForSelector('.side-panel .hint:has-text("Бесед пока нет")');
});

test('what is pinned stays above after a reload', async () => {
  const page = await room('Дежурная служба');
  await page.click('.talk-head button[aria-label="Закрепить вверху списка"]');
  await page.waitForSelector('.part:has(h2:text-is("Закреплённые")) .row:has-text("Дежурная служба")');
  await page.reload();
  await page.waitForSelector('.part:has(h2:text-is("Закреплённые")) .row:has-text("Дежурная служба")');
});

test('a sound is played for what comes elsewhere, and in quiet hours for flash alone', async () => {
  const made = await visit(browser, 'about:blank', DESKTOP);
  visits.push(made);
  const { page } = made;
  await page.addInitScript(() => {
    globalThis.tones = 0;
    const start = OscillatorNode.prototype.start;
    OscillatorNode.prototype.start = function begin(...when) {
      globalThis.tones++;
      return start.apply(this, when);
    };
  });
  await page.goto(server.url);
  const settings = { sounds: true, quiet: true, from: '00:00', until: '23:59' };
  const keep = (kept) => page.evaluate(([person, value]) => localStorage.setItem(`okrug.settings.${person}`, JSON.stringify(value)), [node.tree.me.id, kept]);
  await keep(settings);
  await enter(page, 'login', 'okrug');
  await open(page, 'Канцелярия');
  // Silence is looked for after a sound that comes later: what would have rung has rung by then.
  const hear = async (chat, author, text, precedence, expected) => {
    const before = await page.evaluate(() => tones);
    node.say(chat, author, text, { precedence });
    await page.waitForSelector(`.row-last:has-text("${text}")`);
    await page.waitForFunction((sum) => tones >= sum, before + expected);
    assert.equal((await page.evaluate(() => tones)) - before, expected, text);
  };
  const [near, far] = [other('o2').id, other('o2', 'u4').id];
  await hear('u4', far, 'Громко раз', 'flash', 4);
  await hear('u4', far, 'Тихо раз', 'urgent', 0);
  await hear('u4', far, 'Громко два', 'flash', 4);
  await keep({ ...settings, quiet: false });
  await page.reload();
  await open(page, 'Канцелярия');
  await hear('u4', far, 'Не перед глазами', 'routine', 1);
  await hear('u3', near, 'Перед глазами', 'routine', 0);
  await hear('u4', far, 'Снова не перед глазами', 'routine', 1);
});

test('the name above a message opens the card of its author by the directory, and the card a conversation', async () => {
  const page = await room();
  const author = other('o2');
  const unit = node.tree.units.find(({ id }) => id === author.unit);
  node.say('u3', author.id, 'Кто я?');
  await message(page, 'Кто я?').locator('.msg-author').click();
  const card = page.locator('.who-card');
  await card.locator(`b:has-text("${author.name}")`).waitFor();
  const text = await card.innerText();
  for (const part of [author.position, unit.name, 'Организационный отдел', 'Отделение по г. Сургут', 'на связи']) assert.ok(text.includes(part), `${part} in ${text}`);
  await page.keyboard.press('Escape');
  await page.waitForSelector('.who-office');
  await message(page, 'Кто я?').locator('.msg-author').click();
  await card.locator('.primary').click();
  await page.waitForSelector(`.talk-title h1:has-text("${author.name}")`);
});

test('the movement of a message names the offices that have it, and follows it', async () => {
  const page = await room();
  node.link('o4', 'down', Date.now() - 3 * 3_600_000);
  await say(page, 'Где это?');
  await message(page, 'Где это?').locator('.delivery-queued').waitFor();
  await message(page, 'Где это?').hover();
  await message(page, 'Где это?').locator('.acts button').last().click();
  await page.waitForSelector('.trace-wrote:has-text("Управление")');
  await count(page, '.trace-waits', 3);
  await page.waitForSelector('.trace-waits:has-text("Берёзовскому"):has-text("нет связи 3 ч")');
  node.deliver(node.messages.get('u3').at(-1), { code: 'relayed', delivered: 2, held_by: 2 });
  await count(page, '.trace-has', 2);
  await count(page, '.trace-waits', 1);
});
