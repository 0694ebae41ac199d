// Roles and deputies on the page: in the tree, as conversations, as whom one writes, both names; on the fake node.

import assert from 'node:assert/strict';
import { after, afterEach, before, test } from 'node:test';

import { check } from '../axe.mjs';
import { PHONE, enter, launch, message, open, say, visit } from '../chromium.mjs';
import { fakeNode } from '../fake/node.mjs';
import { serve } from '../fake/server.mjs';
import { tell } from '../fake/story.mjs';

let browser;
let server;
let visits = [];

before(async () => (browser = await launch()));
after(() => browser?.close());
afterEach(async () => {
  for (const { context } of visits) await context.close();
  await server.close();
  assert.deepEqual(visits.flatMap(({ faults }) => faults), []);
  visits = [];
});

async function room(node, options = {}) {
  server = await serve(node);
  const made = await visit(browser, server.url, options);
  visits.push(made);
  await enter(made.page, 'login', 'okrug');
  return made.page;
}

test('a role stands in the tree, is written to, and what is said for it has both names', async () => {
  const node = fakeNode();
  tell(node);
  const [role] = node.tree.roles;
  const [absent, deputy] = node.tree.people.filter(({ office, unit }) => office === 'o1' && unit === 'u2');
  absent.deputy = { by: deputy.id, name: deputy.name, from: '2026-11-01T00:00:00.000Z', until: '2027-03-20T21:00:00.000Z', now: true };
  node.actsFor = [{ id: role.id, name: role.title, until: null }];
  const page = await room(node);

  // In the tree: who has the duty, and who stands in for whom until when.
  await page.click('#tab-org');
  await page.fill('.filter input', 'дежурный по');
  await page.waitForSelector(`.person:has-text("${role.title}"):has-text("исполняет ${role.holders[0].name}")`);
  await page.fill('.filter input', deputy.name);
  await page.waitForSelector(`.person:has-text("${deputy.name}"):has-text("замещает до"):has-text("${absent.name}")`);
  await page.fill('.filter input', 'дежурный по');
  await page.click(`.found .person:has-text("${role.title}")`);
  await page.waitForSelector(`.talk-title h1:has-text("${role.title}")`);
  assert.equal(await page.locator('.write-as').count(), 0, 'nobody writes to a role for that role');
  await say(page, 'Прошу принять');
  await message(page, 'Прошу принять').waitFor();

  // As whom: for oneself unless it is chosen, and the choice stays for the next one.
  await page.click('#tab-chats');
  await open(page, 'Округ Югра');
  await page.selectOption('.write-as', role.id);
  await say(page, 'Принято, выезжаем');
  const head = message(page, 'Принято, выезжаем').locator('.msg-head');
  await head.waitFor();
  assert.match(await head.innerText(), /Вы\s+за Дежурный по отделению/);
  assert.equal(node.messages.get('d').at(-1).for.id, role.id);
  assert.equal(await page.locator('.write-as').inputValue(), role.id);

  // Of others: both names, and a mark where the right was not there.
  const author = node.tree.people.find(({ office, unit }) => office === 'o2' && unit === 'u3');
  node.say('d', author.id, 'Без права', { of: { id: role.id, name: role.title, right: 'lacks' } });
  const text = await message(page, 'Без права').locator('.msg-head').innerText();
  assert.ok(text.includes(author.name) && text.includes('за Дежурный по отделению') && text.includes('без полномочия'), text);
});

test('who has the duty answers for the role and for nobody else, on a small screen and in English too', async () => {
  const node = fakeNode();
  tell(node);
  const [role] = node.tree.roles;
  const author = node.tree.people.find(({ office, unit }) => office === 'o2' && unit === 'u3');
  node.actsFor = [{ id: role.id, name: role.title, until: null }];
  node.say(`${role.id}.${author.id}`, author.id, 'Вода прибывает');
  const page = await room(node, { ...PHONE, locale: 'en-GB' });
  await open(page, `${role.title} · ${author.name}`);
  assert.equal(await page.locator('span.write-as').innerText(), `for ${role.title}`);
  await say(page, 'Принято');
  const head = message(page, 'Принято').locator('.msg-head');
  await head.waitFor();
  assert.match(await head.innerText(), /You\s+for Дежурный по отделению/);
});

for (const [locale, words] of [
  ['ru-RU', { named: 'Назначено.', day: 'Напишите оба дня цифрами', march: '9 марта', now: 'замещает вас с', ended: 'Замещение прекращено.', deputy: 'Заместитель' }],
  ['en-GB', { named: 'The deputy is named.', day: 'Write both days in figures', march: '9 March', now: 'stands in for you from', ended: 'Nobody stands in for you any more.', deputy: 'Deputy' }],
]) {
  test(`somebody names their own deputy by keyboard, sees it and ends it (${locale})`, async () => {
    const node = fakeNode();
    tell(node);
    const page = await room(node, { locale });
    const own = () => node.tree.people.find(({ id }) => id === node.tree.me.id);
    await page.goto(`${server.url}#/settings`);
    await page.waitForSelector('.dep-form');
    await check(page, 'nobody stands in');

    // Everything by keys.
    await page.focus('.dep-form select');
    await page.keyboard.press('ArrowDown');
    await page.waitForFunction(() => document.querySelector('.dep-form select').value !== '');
    const chosen = await page.locator('.dep-form select').inputValue();
    const deputy = node.tree.people.find(({ id }) => id === chosen);
    assert.equal(deputy.office, own().office, 'those of the own office stand first');
    await page.focus('.dep-form input[name=until]');
    const [year, month, day] = [new Date().getFullYear() + 2, 3, 9];
    await page.keyboard.type('31.02');
    await page.keyboard.press('Enter');
    await page.waitForSelector(`.dep-told:has-text("${words.day}")`);
    await page.locator('.dep-form input[name=until]').fill('');
    await page.focus('.dep-form input[name=until]');
    await page.keyboard.type(`9.3.${year}`);
    // Said back in the words of the page, whatever the language of the browser.
    await page.waitForSelector(`#dep-until-read:has-text("${words.march}")`);
    await page.keyboard.press('Enter');
    await page.waitForSelector(`.dep-told:has-text("${words.named}")`);
    await page.waitForSelector(`.dep-now:has-text("${deputy.name}"):has-text("${words.now}"):has-text("${year}")`);
    const end = await page.evaluate((y) => new Date(...y).toISOString(), [year, month - 1, day + 1]);
    assert.deepEqual([own().deputy.by, own().deputy.until], [deputy.id, end], 'to the end of the last day');
    await check(page, 'somebody stands in');

    // Their card says so too, with both names.
    await page.goto(`${server.url}#/chat/${deputy.id}`);
    await page.waitForSelector(`.who-card dl:has-text("${own().name}"):has-text("${year}")`);

    await page.goto(`${server.url}#/settings`);
    await page.waitForSelector('.dep-end');
    await page.focus('.dep-end');
    await page.keyboard.press('Enter');
    await page.waitForSelector(`.dep-told:has-text("${words.ended}")`);
    await page.waitForSelector('.dep-now', { state: 'detached' });
    assert.equal(own().deputy, null);
  });
}

test('the details of a message repeat for whom it is said, with both names', async () => {
  const node = fakeNode();
  tell(node);
  const [role] = node.tree.roles;
  const page = await room(node);
  await open(page, 'Округ Югра');
  const author = node.tree.people.find(({ office, unit }) => office === 'o2' && unit === 'u3');
  node.say('d', author.id, 'Без права', { of: { id: role.id, name: role.title, right: 'lacks' } });
  await message(page, 'Без права').hover();
  await page.locator('.acts button').last().click();
  await page.waitForSelector('.details');
  const text = await page.locator('.details dl').innerText();
  assert.ok(text.includes(author.name) && text.includes('От чьего имени') && text.includes(role.title) && text.includes('без полномочия'), text);
  await check(page, 'details of what is said for a role');
});
