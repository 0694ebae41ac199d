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

let browser;
let server;

before(async () => {
  const node = fakeNode();
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

/** Scrolls by a step in every frame until `done` says so; returns what was seen on the way. */
const roll = (page, step) => page.evaluate(async (by) => {
  const box = document.querySelector('.log');
  const number = (item) => Number(item.querySelector('.msg-text').textContent.match(/\d+/)[0]);
  const seen = new Set();
  const frames = [];
  const tasks = [];
  const watch = new PerformanceObserver((list) => tasks.push(...list.getEntries().map(({ duration }) => duration)));
  watch.observe({ type: 'longtask' });
  let elements = 0;
  let still = 0;
  const look = () => {
    const { top, bottom } = box.getBoundingClientRect();
    const items = [...box.querySelectorAll('.msg')];
    for (const item of items) {
      const rect = item.getBoundingClientRect();
      if (rect.bottom > top && rect.top < bottom) seen.add(number(item));
    }
    elements = Math.max(elements, document.querySelectorAll('*').length);
  };
  look();
  for (let last = performance.now(); still < 40; ) {
    const before = box.scrollTop;
    box.scrollTop += by;
    await new Promise(requestAnimationFrame);
    const now = performance.now();
    frames.push(now - last);
    last = now;
    look();
    still = box.scrollTop === before && !box.querySelector('[aria-busy=true]') ? still + 1 : 0;
  }
  watch.disconnect();
  frames.sort((a, b) => a - b);
  // A screen shows sixty frames a second; what took longer dropped those that it covered.
  const dropped = frames.reduce((sum, ms) => sum + Math.max(0, Math.round(ms / (1_000 / 60)) - 1), 0);
  const figures = { frames: frames.length, dropped, slow: frames.filter((ms) => ms > 50).length, longest: Math.round(frames.at(-1)), task: Math.round(Math.max(0, ...tasks)) };
  return { seen: seen.size, from: Math.min(...seen), to: Math.max(...seen), elements, ...figures };
}, step);

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
      assert.deepEqual([way.seen, way.from, way.to], [MESSAGES, 0, MESSAGES - 1]);
      assert.ok(way.elements < MOST_ELEMENTS, `${way.elements} elements`);
    }
    await page.context().close();
    assert.deepEqual(faults, []);
  });
}
