// Every screen in every scheme, language and size of window: axe finds nothing, and nothing is too wide.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { check } from '../axe.mjs';
import { DESKTOP, PHONE, enter, launch, open, visit } from '../chromium.mjs';
import { fakeNode } from '../fake/node.mjs';
import { serve } from '../fake/server.mjs';
import { tell } from '../fake/story.mjs';

const HOUR = 3_600_000;

let browser;
before(async () => (browser = await launch()));
after(() => browser?.close());

/** Every screen in turn; where the room is narrow the column of members covers the conversation, so it is opened last. */
async function tour(page, node, url, covered) {
  await page.waitForSelector('#login');
  await check(page, 'door');
  node.link('o4', 'down', Date.now() - 50 * HOUR);
  await enter(page, 'login', 'okrug');
  await page.waitForSelector('.row:has-text("Округ Югра")');
  await check(page, 'list');
  await page.click('#tab-org');
  await page.waitForSelector('.tree .person');
  await check(page, 'tree');
  await page.fill('.filter input', 'инсп');
  await page.waitForSelector('.found');
  await check(page, 'filter');
  await page.click('#tab-chats');
  await open(page, 'Канцелярия');
  await page.waitForSelector(covered ? '.msg' : '.who-office');
  await page.locator('.msg-urgent').last().hover();
  await page.locator('.acts button').first().click();
  await page.waitForSelector('.write-reply');
  await check(page, 'conversation with an answer begun');
  if (covered) {
    await page.click('.talk-who');
    await page.waitForSelector('.who-office');
    await check(page, 'members');
    await page.click('.who-head button');
  }
  await page.locator('.msg-author').last().click();
  await page.waitForSelector('.who-words');
  await check(page, 'card of a person');
  await page.click('.who-head button');
  await page.locator('.msg-mine').last().hover();
  await page.locator('.acts button').last().click();
  await page.waitForSelector('.details');
  await check(page, 'movement of a message');
  await page.keyboard.press('Escape');
  await page.keyboard.press('Control+KeyK');
  await page.waitForSelector('.find input:focus');
  await page.keyboard.type('деж');
  await page.waitForSelector('.find-item');
  await check(page, 'quick find');
  await page.keyboard.press('Escape');
  await page.goto(`${url}#/settings`);
  await page.waitForSelector('.panel');
  await page.click('.set-switch label:has-text("Тихие"), .set-switch label:has-text("Quiet")');
  await page.waitForSelector('.set-hours');
  await check(page, 'settings');
  await page.goto(`${url}#/outbox`);
  await page.waitForSelector('.table');
  await check(page, 'outbox');
  await page.goto(`${url}#/sessions`);
  await page.waitForSelector('.ses:nth-of-type(2)');
  await check(page, 'sessions');
  await page.goto(`${url}#/node`);
  await page.waitForFunction(() => [...document.querySelectorAll('.picture img')].filter(({ complete, naturalWidth }) => complete && naturalWidth > 0).length === 3);
  for (const folded = page.locator('.panel button[aria-expanded=false]'); (await folded.count()) > 0;) await folded.first().click();
  await page.waitForSelector('.alarm');
  await check(page, 'node with its tables');
  await page.goto(`${url}#/`);
  await page.click('.top-exit');
  await page.waitForSelector('dialog[open]');
  await check(page, 'way out');
}

const LOOKS = [
  ['light, Russian', { locale: 'ru-RU', colorScheme: 'light' }, { }],
  ['dark, English', { locale: 'en-GB', colorScheme: 'dark' }, {}],
  ['high contrast, Russian, low vision', { locale: 'ru-RU' }, { size: 'huge', scheme: 'contrast', low: { size: 'normal', scheme: 'system' } }],
  ['light, English, large letters', { locale: 'en-GB' }, { size: 'large', scheme: 'light' }],
];
for (const [screen, size] of [['desktop', DESKTOP], ['phone', PHONE]]) {
  for (const [name, options, look] of LOOKS) {
    test(`every screen fits and is accessible: ${screen}, ${name}`, { timeout: 900_000 }, async () => {
      const node = fakeNode();
      node.rights = ['post', 'it'];
      node.health = { alarms: [{ code: 'two_nodes', about: 'o3' }] };
      node.sessions = [{ id: 'a1', began: new Date().toISOString(), used: new Date().toISOString(), address: '10.4.0.31', device: { program: 'yandex', system: 'windows' } }];
      tell(node);
      const server = await serve(node);
      const { page, context, faults } = await visit(browser, server.url, { ...size, ...options });
      try {
        await page.evaluate(([person, kept]) => {
          localStorage.setItem('okrug.look', JSON.stringify(kept));
          localStorage.setItem(`okrug.settings.${person}`, JSON.stringify(kept));
        }, [node.tree.me.id, look]);
        await page.reload();
        await tour(page, node, server.url, screen === 'phone' || look.size === 'huge');
        assert.deepEqual(faults, []);
      } finally {
        await context.close();
        await server.close();
      }
    });
  }
}
