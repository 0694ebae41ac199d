// One's own sessions, and the node's page for those who look after it: on the fake node.

import assert from 'node:assert/strict';
import { after, afterEach, before, beforeEach, test } from 'node:test';

import { DESKTOP, PHONE, count, enter, launch, visit } from '../chromium.mjs';
import { fakeNode } from '../fake/node.mjs';
import { serve } from '../fake/server.mjs';
import { tell } from '../fake/story.mjs';
import { PAYLOADS } from './payloads.mjs';

let browser;
let node;
let server;
let visits;

before(async () => (browser = await launch()));
after(() => browser?.close());
beforeEach(async () => {
  node = fakeNode();
  node.rights = ['post', 'it'];
  tell(node);
  server = await serve(node);
  visits = [];
});
afterEach(async () => {
  for (const { context } of visits) await context.close();
  await server.close();
  assert.deepEqual(visits.flatMap(({ faults }) => faults), []);
});

async function come(screen, options = {}) {
  const made = await visit(browser, server.url, options);
  visits.push(made);
  await enter(made.page, 'login', 'okrug');
  await made.page.goto(`${server.url}#/${screen}`);
  await made.page.waitForSelector('.panel');
  return made.page;
}

const session = (id, program, system, address) => ({ id, began: new Date().toISOString(), used: new Date().toISOString(), address, device: { program, system } });

test('a person sees where they are signed in, ends one session and then all others', async () => {
  node.sessions = [session('a1', 'yandex', 'windows', '10.4.0.31'), session('a2', 'chrome', 'android', '10.4.0.77'), session('a3', 'script', 'other', null)];
  const page = await come('sessions', PHONE);
  await count(page, '.ses', 4);
  await page.waitForSelector('.ses:has-text("Яндекс Браузер, Windows"):has-text("10.4.0.31")');
  await page.waitForSelector('.ses:first-child .tag-here');
  assert.equal(await page.locator('.ses:first-child button').count(), 0, 'this one is left by the way out');
  await page.click('.ses:has-text("Android") button');
  await count(page, '.ses', 3);
  assert.deepEqual(node.sessions.map(({ id }) => id), ['a1', 'a3']);
  await page.waitForSelector('.ses-told:has-text("Завершён 1 сеанс")');
  // One that has ended meanwhile is no fault.
  node.sessions.shift();
  await page.click('.ses:has-text("Windows") button');
  await count(page, '.ses', 2);
  await page.click('.danger');
  await count(page, '.ses', 1);
  assert.deepEqual(node.sessions, []);
  await page.waitForSelector('.panel:has-text("Вы вошли только здесь")');
});

test('settings lead to the sessions, and a node that is away is told with a way to try again', async () => {
  const page = await come('settings');
  await page.click('button:has-text("Показать, где я вошёл")');
  await page.waitForSelector('.ses');
  await page.goto(`${server.url}#/settings`);
  server.faults.down = true;
  await page.click('button:has-text("Показать, где я вошёл")');
  await page.waitForSelector('.fault button');
  server.faults.down = false;
  await page.click('.fault button');
  await page.waitForSelector('.ses');
});

test('without the right nobody is led to the page of the node, nor shown anything there', async () => {
  node.rights = ['post'];
  const made = await visit(browser, server.url);
  visits.push(made);
  await enter(made.page, 'login', 'okrug');
  assert.equal(await made.page.locator('.side-door').count(), 2);
  await made.page.goto(`${server.url}#/node`);
  await made.page.waitForSelector('.screen .hint:has-text("okrug person right add")');
  assert.equal(await made.page.locator('.panel').count(), 0);
});

test('the page of the node tells of links, queues, alarms, documents and the disk', async () => {
  node.link('o4', 'down', Date.now() - 3 * 3_600_000);
  node.queue = { o4: { messages: 7, urgent: 3, flash: 1, oldest_s: 7_200 } };
  node.health = { alarms: [{ code: 'two_nodes', about: 'o3' }, { code: 'of_a_later_version', about: 'something' }] };
  const page = await come('node');
  await page.waitForSelector('.tile:has-text("3 из 4")');
  const row = page.locator('.table-it tr', { hasText: 'Берёзовскому' }).first();
  await row.waitFor();
  for (const words of ['нет связи', '3 ч назад', 'экстренных 1, срочных 2, обычных 4', '2 ч']) await row.locator(`text=${words}`).first().waitFor();
  await page.waitForSelector('.alarm:has-text("Остановите один из них")');
  await page.waitForSelector('.alarm:has-text("of_a_later_version"):has-text("нет слов")');
  for (const words of ['Устав', 'Список отзыва', 'Справочник: Окружная больница', 'просрочен']) await page.waitForSelector(`.panel:has(h2:text-is("Документы")):has-text("${words}")`);
  await page.waitForSelector('.tile:has-text("Свободно на диске"):has-text("45 %")');
  await page.waitForSelector('progress.disk');
});

test('a carrier shows what it holds, whose it is, and what of it had to go; another office shows nothing of that', async () => {
  const writers = [{ office: 'o2', name: 'Отделение по г. Сургут', bytes: 4_000_000 }, { office: 'o3', name: 'Отделение по г. Нягань', bytes: 90_000 }];
  const carried = { quota: 8_000_000, bytes: 4_090_000, full: true, given_up: 3, oldest: new Date(Date.now() - 26 * 3_600_000).toISOString(), writers, topics: [{ title: 'Дежурная служба', bytes: 4_090_000 }] };
  node.health = { carried };
  const page = await come('node');
  const panel = page.locator('.panel:has(h2:has-text("Хранится для других"))');
  assert.match(await panel.innerText(), /4,1\sМБ из 8\sМБ[\s\S]*26\sч[\s\S]*3\sзаписи пришлось отпустить[\s\S]*Место для чужого кончилось[\s\S]*Сургут[\s\S]*4\sМБ[\s\S]*Нягань[\s\S]*90\sкБ[\s\S]*Дежурная служба/u);
  node.health = {};
  await page.reload();
  await page.waitForSelector('.tile');
  assert.equal(await panel.count(), 0);
});

test('pictures come as large as their place, in the colours and the language of the page, each with its table', async () => {
  const asked = [];
  const page = await come('node', { ...DESKTOP, colorScheme: 'dark' });
  page.on('request', (request) => request.url().includes('format=svg') && asked.push(new URL(request.url()).searchParams));
  await page.waitForFunction(() => [...document.querySelectorAll('.picture img')].filter(({ complete, naturalWidth }) => complete && naturalWidth > 0).length === 3);
  for (const image of await page.locator('.picture img').all()) assert.ok((await image.getAttribute('alt')).length > 10);
  await page.click('.languages button[lang=en]');
  await page.waitForFunction(() => [...document.querySelectorAll('.picture img')].every(({ src }) => src.includes('lang=en') && src.includes('scheme=dark')));
  await page.emulateMedia({ colorScheme: 'light' });
  await page.waitForFunction(() => [...document.querySelectorAll('.picture img')].every(({ src }) => src.includes('scheme=light')));
  const widths = await page.evaluate(() => [...document.querySelectorAll('.picture img')].map((image) => [Number(new URL(image.src).searchParams.get('width')), image.clientWidth]));
  for (const [drawn, shown] of widths) assert.ok(Math.abs(drawn - shown) <= 1, `${drawn} ${shown}`);
  await page.setViewportSize({ width: 700, height: 768 });
  await page.waitForFunction(() => [...document.querySelectorAll('.picture img')].every((image) => Math.abs(Number(new URL(image.src).searchParams.get('width')) - image.clientWidth) <= 1));
  await page.click('button:has-text("As a table") >> nth=0');
  await page.waitForSelector('.table-it tr:has-text("Берёзовскому"):has-text("100 %")');
  await page.click('button:has-text("As a table")');
  await page.waitForSelector('.table-it tr:has-text("25")');
  assert.ok(asked.length >= 6);
});

test('a picture that does not come is told, and what is known stays', async () => {
  const made = await visit(browser, server.url);
  visits.push(made);
  const { page } = made;
  await page.route('**/node/graph?*format=svg*', (route) => route.fulfill({ status: 500, body: '' }));
  await enter(page, 'login', 'okrug');
  await page.goto(`${server.url}#/node`);
  await page.waitForSelector('.picture .hint:has-text("Картинку сейчас не показать")');
  await page.waitForSelector('.table-it tr:has-text("Сургут")');
});

test('no name, address or alarm becomes markup on the page of the node, nor a session', async () => {
  const { offices } = node.tree;
  const template = offices[1];
  offices.splice(1, Infinity, ...PAYLOADS.map((name, i) => ({ ...template, id: `o${i + 2}`, name, slug: `s${i}` })));
  node.health = { alarms: PAYLOADS.map((about) => ({ code: about, about })) };
  const status = node.status;
  node.status = () => {
    const whole = status();
    return { ...whole, version: PAYLOADS[5], peers: whole.peers.map((peer, i) => ({ ...peer, address: PAYLOADS.at(i - 3) })) };
  };
  const documents = node.documents;
  node.documents = () => ({ documents: PAYLOADS.map((unit) => ({ ...documents().documents[3], unit })) });
  node.sessions = PAYLOADS.map((address, i) => ({ ...session(`s${i}`, 'firefox', 'linux', address) }));
  const page = await come('node');
  await page.waitForFunction((wanted) => document.querySelectorAll('.table-it tbody tr').length >= 2 * wanted, PAYLOADS.length);
  await page.locator('button', { hasText: 'Показать таблицей' }).first().click();
  await page.waitForFunction((wanted) => document.querySelectorAll('.table-it tbody tr').length >= 3 * wanted, PAYLOADS.length);
  const clean = async () => {
    const found = await page.evaluate(() => ({
      ran: 'ran' in window,
      strange: [...document.querySelectorAll('#page :is(script, iframe, object, embed, style, link, meta, base, math, video, audio, marquee, details, template, a:not(.skip), form, [onerror], [onload]), #page img:not(.picture img), #page svg:not(.icon)')].map(({ outerHTML }) => outerHTML.slice(0, 200)),
    }));
    assert.deepEqual(found, { ran: false, strange: [] });
  };
  await clean();
  await page.goto(`${server.url}#/sessions`);
  await count(page, '.ses', PAYLOADS.length + 1);
  await clean();
});
