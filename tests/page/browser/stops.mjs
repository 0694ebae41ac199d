// The line beneath a message that something stops: every reason in both languages, gone when it is gone, and nobody's but
// the sender's. On the fake node.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { full } from '../../../node/page/js/base/dates.js';
import { lang, learnAll, t } from '../../../node/page/js/base/words.js';
import { check } from '../axe.mjs';
import { DESKTOP, PHONE, count, enter, launch, message, open, visit } from '../chromium.mjs';
import { fakeNode } from '../fake/node.mjs';
import { serve } from '../fake/server.mjs';
import { tell } from '../fake/story.mjs';

await Promise.all([learnAll('ru'), learnAll('en')]);

let browser;
before(async () => (browser = await launch()));
after(() => browser?.close());

const FEW = ['Отделение по г. Сургут'];
const MANY = ['Отделение по г. Сургут', 'Отделение по г. Нягань', 'Отделение по г. Урай'];
/** What each reason is about: offices by name, how many more, and until when; a person who left is of no office in particular. */
const REASONS = {
  documents: [FEW, 0],
  full: [FEW, 0],
  gave_up: [MANY, 4],
  left: [[], 0],
  no_key: [MANY, 0],
  quota: [MANY, 2, '2031-05-07T09:40:00.000Z'],
  removed: [MANY, 1],
};

/** What the page shall say, put together by hand. */
function words(code, [offices, more, until]) {
  const names = offices.join(', ') + (more ? ` ${t('stop.more', { n: more })}` : '');
  return t(`stop.${code}`, { names, time: until ? full(Date.parse(until)) : '' });
}

/** Lines that are to be seen, as people read them. */
const lines = (page) => page.locator('.msg-stop').allInnerTexts();
const shows = (page, wanted) => page.waitForFunction((text) => document.querySelector('.msg-stop')?.innerText.trim() === text, wanted);

test('every reason that the API names is tried here', async () => {
  const { readFileSync } = await import('node:fs');
  const api = JSON.parse(readFileSync(new URL('../../../node/openapi.json', import.meta.url), 'utf8'));
  const told = api.components.schemas.Notice.properties.code;
  const named = [...JSON.stringify(told).matchAll(/`([a-z_]+)`/g)].map(([, code]) => code);
  assert.deepEqual(named.sort(), Object.keys(REASONS).sort());
});

for (const [size, options] of [['desktop', DESKTOP], ['phone', PHONE]]) {
  for (const [code, locale] of [['ru', 'ru-RU'], ['en', 'en-GB']]) {
    test(`what stops a message is said beneath it, and no longer than it does: ${code}, ${size}`, { timeout: 900_000 }, async () => {
      lang.value = code;
      const node = fakeNode();
      tell(node);
      const server = await serve(node);
      const mine = node.say('u3', node.tree.me.id, 'Опись отправлена', { quiet: true, delivery: { code: 'relayed', held_by: 1, delivered: 1, of: 3 } });
      const theirs = node.say('u3', node.tree.people.find(({ office, unit }) => office === 'o2' && unit === 'u3').id, 'Опись получена', { quiet: true });
      const { page, context, faults } = await visit(browser, server.url, { ...options, locale });
      try {
        await enter(page, 'login', 'okrug');
        await open(page, 'Канцелярия');
        await message(page, mine.text).waitFor();
        assert.deepEqual(await lines(page), []);
        for (const [reason, about] of Object.entries(REASONS)) {
          node.stop(mine, reason, ...about);
          await shows(page, words(reason, about));
          assert.equal(await message(page, mine.text).locator('.msg-stop').count(), 1, reason);
          // Beside the word of how far it has come, which stays.
          assert.equal(await message(page, mine.text).locator('.delivery').count(), 1, reason);
          await check(page, `${reason}, ${code}, ${size}`);
        }
        // It is there for whoever opens the conversation later, and goes away with its reason.
        await page.reload();
        await shows(page, words('removed', REASONS.removed));
        node.stop(mine, null);
        await count(page, '.msg-stop', 0);
        // A node never says it of what others wrote; were it to, it is nothing for whoever reads it here.
        node.stop(theirs, 'full', FEW);
        node.stop(mine, 'gave_up', FEW);
        await shows(page, words('gave_up', [FEW, 0]));
        assert.equal(await page.locator('.msg-stop').count(), 1);
        // Names are those that somebody wrote: they are shown as text.
        node.stop(mine, 'full', ['<b>Урай</b>\u202Eурок']);
        await page.waitForFunction(() => document.querySelector('.msg-stop')?.innerText.includes('<b>Урай</b>'));
        assert.ok(!(await lines(page)).join().includes('\u202E'));
        node.stop(mine, null);
        await count(page, '.msg-stop', 0);
        assert.deepEqual(faults, []);
      } finally {
        await context.close();
        await server.close();
      }
    });
  }
}

/** Why an office's queue waits: what the node says of it, and the words of a message's movement for that. */
const WHYS = [
  [{ code: 'under_way' }, 'trace.under_way', {}],
  [{ code: 'documents' }, 'trace.documents', {}],
  [{ code: 'full' }, 'trace.full', {}],
  [{ code: 'full', via: 'o2', via_name: 'Сургут' }, 'trace.full_through', { via: 'Сургут' }],
  [{ code: 'through', via: 'o2', via_name: 'Сургут' }, 'trace.through', { via: 'Сургут' }],
  [{ code: 'through_no_link', via: 'o2', via_name: 'Сургут', since: null }, 'trace.through_never', { via: 'Сургут' }],
];

for (const [code, locale] of [['ru', 'ru-RU'], ['en', 'en-GB']]) {
  test(`the outbox says why it waits in the words of a message's movement: ${code}`, { timeout: 900_000 }, async () => {
    lang.value = code;
    const node = fakeNode();
    tell(node);
    const server = await serve(node);
    const { page, context, faults } = await visit(browser, server.url, { locale });
    try {
      await enter(page, 'login', 'okrug');
      node.queue = { o3: { messages: 2, urgent: 0, oldest_s: 60 } };
      for (const [why, key, params] of WHYS) {
        node.whys = { o3: why };
        await page.goto(`${server.url}#/`);
        await page.goto(`${server.url}#/outbox`);
        await page.waitForFunction((text) => document.querySelector('.table tbody td:last-child')?.innerText === text, t(key, params));
      }
      await check(page, `outbox, ${code}`);
      // Of a thin line, and of an office that waits for the quota, it says until when.
      const until = new Date(Date.now() + 3_600_000);
      const [hour, minute] = [until.getHours(), until.getMinutes()].map((part) => String(part).padStart(2, '0'));
      for (const [why, key, via] of [[{ code: 'hours' }, 'trace.hours'], [{ code: 'quota' }, 'trace.quota'], [{ code: 'quota', via: 'o2', via_name: 'Сургут' }, 'trace.quota_through', 'Сургут']]) {
        node.whys = { o3: { ...why, until: until.toISOString() } };
        await page.goto(`${server.url}#/`);
        await page.goto(`${server.url}#/outbox`);
        const [before] = t(key, { via, time: '|' }).split('|');
        await page.waitForFunction((text) => document.querySelector('.table tbody td:last-child')?.innerText.startsWith(text), before);
        const shown = await page.locator('.table tbody td').last().innerText();
        assert.match(shown, new RegExp(`\\b${hour}:${minute}:\\d\\d$`), key);
      }
      node.whys = {};
      node.link('o3', 'down', Date.now() - 3 * 3_600_000);
      await page.goto(`${server.url}#/`);
      await page.goto(`${server.url}#/outbox`);
      await page.locator('.table tbody td:last-child').filter({ hasText: code === 'ru' ? 'нет связи' : 'no link' }).waitFor();
      assert.deepEqual(faults, []);
    } finally {
      await context.close();
      await server.close();
    }
  });
}
