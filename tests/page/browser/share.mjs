// Seven tabs of one browser on one connection for events.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { enter, launch, visit } from '../chromium.mjs';
import { fakeNode } from '../fake/node.mjs';
import { serve } from '../fake/server.mjs';
import { tell } from '../fake/story.mjs';

const TABS = 7;
const PATIENCE = { timeout: 60_000 };

let browser;
let node;
let served;

before(async () => {
  node = fakeNode();
  tell(node);
  [browser, served] = await Promise.all([launch(), serve(node)]);
});
after(async () => {
  await browser?.close();
  await served?.close();
});

const until = async (holds) => {
  for (const end = Date.now() + 60_000; !(await holds());) {
    if (Date.now() > end) throw new Error(`waited in vain for ${holds}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
};
const other = () => node.tree.people.find((person) => person.office === 'o1' && person.unit === 'u5' && !person.me);

test('seven tabs hear everything over one connection, and one takes over from another', { timeout: 240_000 }, async () => {
  const { page, context, faults } = await visit(browser, served.url);
  await enter(page, 'i', 'okrug');
  const tabs = [page];
  for (let i = 1; i < TABS; i++) {
    const tab = await context.newPage();
    tab.on('pageerror', (error) => faults.push(error.message));
    await tab.goto(served.url);
    await tab.waitForSelector('.frame .row', PATIENCE);
    tabs.push(tab);
  }
  await until(() => served.streams() === 1);
  /** A message comes, and every tab shows the beginning of it in its list. */
  const heard = async (text, by) => {
    node.say('u5', other().id, text);
    for (const tab of by) await tab.locator('.row', { hasText: text }).waitFor(PATIENCE);
  };
  await heard('Первое для всех', tabs);
  assert.equal(served.streams(), 1);
  // Six connections are all that a browser opens: with one taken, the rest of the page is asked for at once.
  for (const tab of tabs) assert.ok(await tab.evaluate(() => fetch('/api/v1/chat').then((answer) => answer.ok)));
  // The first tab listens; it goes, and what is said meanwhile reaches the others all the same.
  await page.close();
  node.say('u5', other().id, 'Сказано между тем');
  for (const tab of tabs.slice(1)) await tab.locator('.row', { hasText: 'Сказано между тем' }).waitFor(PATIENCE);
  await until(() => served.streams() === 1);
  await heard('Второе для шести', tabs.slice(1));
  // A line that breaks is said by all.
  served.faults.down = true;
  served.drop();
  for (const tab of tabs.slice(1)) await tab.locator('.banner-bad').waitFor(PATIENCE);
  served.faults.down = false;
  for (const tab of tabs.slice(1)) await tab.locator('.banner-bad').waitFor({ ...PATIENCE, state: 'detached' });
  await until(() => served.streams() === 1);
  assert.deepEqual(faults, []);
});
