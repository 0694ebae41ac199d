// More than two hundred hostile texts in every field that shows text of others: none becomes markup, none runs, and
// the browser's policy is never even tried.

import assert from 'node:assert/strict';
import { after, afterEach, before, beforeEach, test } from 'node:test';

import { DESKTOP, enter, launch, visit } from '../chromium.mjs';
import { fakeNode } from '../fake/node.mjs';
import { serve } from '../fake/server.mjs';
import { PAYLOADS } from './payloads.mjs';

const STRANGE = '#page :is(script, iframe, object, embed, img, style, link, meta, base, math, video, audio, marquee, details, template, a:not(.skip), form:not(.write), [onerror], [onload], [style*=url])';

let browser;
let node;
let server;
let page;
let faults;
let context;

before(async () => (browser = await launch()));
after(() => browser?.close());

/** A district in which every payload is the name of a unit, an office, a person, a position, a role, a deputy, a conversation and a message. */
function hostile() {
  const made = fakeNode();
  const { tree } = made;
  tree.units = PAYLOADS.map((name, i) => ({ id: `u${i + 1}`, parent: null, name, offices: [`o${i + 1}`] }));
  tree.offices = PAYLOADS.map((name, i) => ({ id: `o${i + 1}`, slug: `o${i}`, name, units: [`u${i + 1}`], here: i === 0, link: i === 0 ? 'here' : 'up', last_contact: null }));
  tree.people = PAYLOADS.map((name, i) => ({ id: `p${i + 1}`, name, position: PAYLOADS.at(i - 1), unit: `u${i + 1}`, office: `o${i + 1}`, me: i === 0 }));
  tree.roles = PAYLOADS.map((title, i) => ({
    id: `r${i + 1}`, title, unit: `u${i + 1}`, unit_name: title, office: `o${i + 1}`, office_name: title, version: 1, active: true,
    holders: [{ person: `p${i + 1}`, name: title, from: '2026-11-01T05:00:00.000Z', until: null, now: true }],
  }));
  for (const [i, person] of tree.people.entries()) person.deputy = { by: 'p2', name: PAYLOADS.at(i - 2), from: '2026-11-01T05:00:00.000Z', until: '2036-11-01T05:00:00.000Z', now: true };
  tree.me = tree.people[0];
  made.chats.clear();
  made.chats.set('d', { id: 'd', kind: 'district', title: PAYLOADS[3], unread: 0, can_post: true, offices: 3, last: null });
  for (const [i, title] of PAYLOADS.entries()) made.chats.set(`u${i + 1}`, { id: `u${i + 1}`, kind: 'unit', title, unread: 0, can_post: true, offices: 1 + (i % 2), last: { text: title, author: title, sent: new Date().toISOString() } });
  made.queue = Object.fromEntries(tree.offices.map(({ id }) => [id, { messages: 1, urgent: 1, oldest_s: 5 }]));
  let asked = null;
  PAYLOADS.forEach((text, i) => (asked = made.say('d', `p${i + 1}`, text, { quiet: true, reply_to: asked?.id ?? null, of: { id: `r${i + 1}`, name: text, right: ['holds', 'unknown', 'lacks'][i % 3] } })));
  return made;
}

beforeEach(async () => {
  node = hostile();
  server = await serve(node);
  ({ page, faults, context } = await visit(browser, server.url, DESKTOP));
  await page.evaluate(() => addEventListener('securitypolicyviolation', (event) => console.error(`policy: ${event.violatedDirective}`)));
  await enter(page, 'login', 'okrug');
  await page.waitForSelector('.top-me');
});
afterEach(async () => {
  await context.close();
  await server.close();
  assert.deepEqual(faults, []);
});

/** Holds that nothing ran and nothing strange stands in the page. */
async function clean(what) {
  const found = await page.evaluate((strange) => ({ ran: 'ran' in window, strange: [...document.querySelectorAll(strange)].map(({ outerHTML }) => outerHTML.slice(0, 200)) }), STRANGE);
  assert.deepEqual(found, { ran: false, strange: [] }, what);
}

test('there are enough of them', () => assert.ok(PAYLOADS.length >= 200, String(PAYLOADS.length)));

test('lists, the tree, members, messages and what they answer', async () => {
  assert.equal(await page.locator('.row').count(), PAYLOADS.length + 1);
  await clean('list');
  await page.click('#tab-org');
  await page.waitForSelector('.tree');
  assert.equal(await page.locator('.tree-unit').count(), PAYLOADS.length);
  await page.evaluate(() => document.querySelectorAll('.branch-name[aria-expanded=false]').forEach((each) => each.click()));
  await page.waitForFunction((count) => document.querySelectorAll('.tree .person').length === count, 2 * PAYLOADS.length);
  await clean('tree');
  await page.goto(`${server.url}#/chat/d`);
  await page.waitForSelector('.who-office');
  assert.equal(await page.locator('.who-office').count(), PAYLOADS.length);
  const seen = new Set();
  for (let first = null; ; ) {
    for (const id of await page.evaluate(() => [...document.querySelectorAll('.msg')].map(({ dataset }) => dataset.id))) seen.add(id);
    await clean('messages');
    if (first === 'the beginning') break;
    // Either there is more above, or this is where the conversation begins.
    first = await (await page.waitForFunction((known) => {
      const box = document.querySelector('.log');
      box.scrollTop = 0;
      if (box.querySelector('.log-rows > .hint:not([aria-busy])')) return 'the beginning';
      const now = box.querySelector('.msg')?.dataset.id;
      return now !== known && now;
    }, first)).jsonValue();
  }
  assert.equal(seen.size, PAYLOADS.length);
});

test('quick find, person cards and drafts', { timeout: 900_000 }, async () => {
  await page.keyboard.press('Control+KeyK');
  await page.waitForSelector('.find input:focus');
  for (const text of PAYLOADS) await page.fill('.find input', text.slice(0, 200));
  await clean('find');
  await page.fill('.find input', 'script');
  await page.waitForSelector('.find-item');
  await clean('found');
  await page.keyboard.press('Escape');
  const cards = await page.evaluate(async (people) => {
    let shown = 0;
    for (const id of people) {
      location.hash = `#/chat/${id}`;
      while (document.querySelector('.talk')?.dataset.chat !== id || !document.querySelector('.who-card, .person-own')) await new Promise(requestAnimationFrame);
      shown += 1;
    }
    return shown;
  }, node.tree.people.slice(1).map(({ id }) => id));
  assert.equal(cards, PAYLOADS.length - 1);
  await clean('cards');
  for (const text of PAYLOADS) await page.fill('#write', text);
  await clean('draft');
});

test('details, the outbox, banners, and who is signed in', { timeout: 900_000 }, async () => {
  await page.goto(`${server.url}#/outbox`);
  await page.waitForSelector('.table');
  assert.equal(await page.locator('.table tbody tr').count(), PAYLOADS.length - 1);
  await clean('outbox');
  await page.goto(`${server.url}#/chat/d`);
  await page.waitForSelector('.msg');
  for (const item of (await page.locator('.msg').all()).slice(0, 40)) {
    await item.evaluate((each) => each.focus());
    await page.keyboard.press('KeyI');
    await page.waitForSelector('.details');
    await clean('details');
    await page.keyboard.press('Escape');
    await page.waitForSelector('.details', { state: 'detached' });
  }
  for (const [i, name] of PAYLOADS.entries()) {
    Object.assign(node.tree.me, { name, position: PAYLOADS.at(i - 7) });
    const office = node.tree.offices[i];
    if (i > 0) node.link(office.id, 'down', Date.now() - (i + 100) * 60_000);
    node.tell('org.version', { version: i });
    if (i % 10 === 0) await clean(`banner and name ${i}`);
  }
  await page.waitForSelector('.banner-warn');
  await clean('banners');
});
