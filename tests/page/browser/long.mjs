// A conversation of ten thousand messages in a real browser: nothing is lost on the way up and down, and what is
// drawn stays small. Times are printed and judged by nobody: machines differ.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { DESKTOP, PHONE, enter, launch, open, visit } from '../chromium.mjs';
import { fakeNode } from '../fake/node.mjs';
import { serve } from '../fake/server.mjs';

const MESSAGES = 10_000;
/** Elements of the whole page at most, wherever one reads. */
const MOST_ELEMENTS = 2_500;
/** Looks in a row that may show nothing new before the way counts as stuck: many times as many as a page of messages needs. */
const MOST_IDLE = 1_500;

let browser;
let node;
let server;

before(async () => {
  node = fakeNode();
  const authors = node.tree.people.filter(({ unit, me }) => unit === 'u3' && !me);
  const start = Date.now() - MESSAGES * 90_000;
  node.fill('u3', MESSAGES, (n) => ({
    author: authors[Math.floor(n / 3) % authors.length].id, text: `Строка ${n}${n % 7 === 0 ? `\n${'и ещё слова '.repeat(n % 40)}` : ''}`, sent: start + n * 90_000,
  }));
  [browser, server] = await Promise.all([launch(), serve(node)]);
});
after(async () => {
  await browser?.close();
  await server?.close();
});

/**
 * Scrolls by a step in every frame until nothing more comes; returns what was seen on the way, and in `stuck` how the
 * page looks where it goes on for ever.
 */
const roll = (page, step) => page.evaluate(async ([by, mostIdle]) => {
  const number = (item) => Number(item.querySelector('.msg-text').textContent.match(/\d+/)[0]);
  // A browser that draws nothing for a second is looked at all the same.
  const frame = () => Promise.race([new Promise(requestAnimationFrame), new Promise((resolve) => setTimeout(resolve, 1_000))]);
  const seen = new Set();
  const frames = [];
  const tasks = [];
  const watch = new PerformanceObserver((list) => tasks.push(...list.getEntries().map(({ duration }) => duration)));
  watch.observe({ type: 'longtask' });
  // The page may draw the conversation anew: it is looked for each time.
  const log = () => document.querySelector('.log');
  const busy = () => log().querySelector('[aria-busy=true]');
  let elements = 0;
  let still = 0;
  let idle = 0;
  const look = () => {
    const { top, bottom } = log().getBoundingClientRect();
    const before = seen.size;
    for (const item of log().querySelectorAll('.msg')) {
      const rect = item.getBoundingClientRect();
      if (rect.bottom > top && rect.top < bottom) seen.add(number(item));
    }
    idle = seen.size > before ? 0 : idle + 1;
    elements = Math.max(elements, document.querySelectorAll('*').length);
  };
  look();
  for (let last = performance.now(); still < 40 && idle < mostIdle; ) {
    const before = log().scrollTop;
    log().scrollTop += by;
    await frame();
    const now = performance.now();
    frames.push(now - last);
    last = now;
    look();
    still = log().scrollTop === before && !busy() ? still + 1 : 0;
  }
  watch.disconnect();
  const stuck = still < 40 && { top: log().scrollTop, of: log().scrollHeight, busy: busy()?.textContent, banners: document.querySelector('.banners')?.textContent };
  frames.sort((a, b) => a - b);
  // A screen shows sixty frames a second; what took longer dropped those that it covered.
  const dropped = frames.reduce((sum, ms) => sum + Math.max(0, Math.round(ms / (1_000 / 60)) - 1), 0);
  const figures = { frames: frames.length, dropped, slow: frames.filter((ms) => ms > 50).length, longest: Math.round(frames.at(-1)), task: Math.round(Math.max(0, ...tasks)) };
  return { seen: seen.size, from: Math.min(...seen), to: Math.max(...seen), stuck, elements, ...figures };
}, [step, MOST_IDLE]);

/** Goes far up, and waits for what is on its way there; how to see where one reads, where that is now, and to wait for a drawing. */
async function farUp(page) {
  // The first message in sight, and how far below the upper edge it begins.
  const place = () => page.evaluate(() => {
    const { top } = document.querySelector('.log').getBoundingClientRect();
    const first = [...document.querySelectorAll('.log .msg')].find((item) => item.getBoundingClientRect().bottom > top);
    return [Number(first.querySelector('.msg-text').textContent.match(/\d+/)[0]), Math.round(first.getBoundingClientRect().top - top)];
  });
  const drawn = () => page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))));
  while ((await place())[0] > MESSAGES - 400) {
    await page.locator('.log').evaluate((box) => box.scrollBy(0, -500));
    await drawn();
  }
  // What is on its way up there comes first.
  let before;
  do {
    before = await place();
    await drawn();
  } while (`${before}` !== `${await place()}`);
  return { place, drawn, before };
}

test('a connection that breaks while one reads far up moves nothing', { timeout: 180_000 }, async () => {
  const { page, faults } = await visit(browser, server.url);
  await enter(page, 'login', 'okrug');
  await open(page, 'Канцелярия');
  const { place, drawn, before } = await farUp(page);
  const again = page.waitForRequest(/\/events$/);
  const lists = page.waitForResponse(/\/org\/tree$/);
  server.drop();
  assert.ok((await (await again).allHeaders())['last-event-id'], 'it goes on where it broke');
  await (await lists).finished();
  await drawn();
  assert.deepEqual(await place(), before);
  await page.context().close();
  assert.deepEqual(faults, []);
});

test('a node that has forgotten what one has heard moves nothing either, far up', { timeout: 180_000 }, async () => {
  const { page, faults } = await visit(browser, server.url);
  await enter(page, 'login', 'okrug');
  await open(page, 'Канцелярия');
  const { place, drawn, before } = await farUp(page);
  await page.evaluate(() => document.querySelector('.log').setAttribute('data-old', ''));
  // A box is scrolled by whole pixels.
  const stays = async () => {
    const [[line, offset], [was, had]] = [await place(), before];
    assert.ok(line === was && Math.abs(offset - had) <= 2, `${line} at ${offset}, not ${was} at ${had}`);
  };
  const since = node.since;
  node.since = () => null;
  server.drop();
  await page.locator('.log:not([data-old]) .msg').first().waitFor();
  node.since = since;
  await drawn();
  await stays();
  // Nor does one whose sessions are gone.
  await page.context().clearCookies();
  server.drop();
  await page.locator('input[type=password]').waitFor();
  await enter(page, 'login', 'okrug');
  await page.locator('.log .msg').first().waitFor();
  await drawn();
  await stays();
  await page.locator('.to-end').click();
  await page.locator(`.msg-text:has-text("Строка ${MESSAGES - 1}")`).waitFor();
  await page.context().close();
  assert.deepEqual(faults, []);
});

for (const [screen, size] of [['desktop', DESKTOP], ['phone', PHONE]]) {
  test(`ten thousand messages are read up and down: ${screen}`, { timeout: 900_000 }, async (context) => {
    const { page, faults } = await visit(browser, server.url, size);
    await enter(page, 'login', 'okrug');
    await open(page, 'Канцелярия');
    const up = await roll(page, -500);
    context.diagnostic(`up: ${JSON.stringify(up)}`);
    const down = await roll(page, 500);
    context.diagnostic(`down: ${JSON.stringify(down)}`);
    for (const way of [up, down]) {
      assert.deepEqual([way.stuck, way.seen, way.from, way.to], [false, MESSAGES, 0, MESSAGES - 1]);
      assert.ok(way.elements < MOST_ELEMENTS, `${way.elements} elements`);
    }
    await page.context().close();
    assert.deepEqual(faults, []);
  });
}
