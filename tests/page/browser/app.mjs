// The page as an app: what Chromium takes for installing it, and the shell without the node.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { enter, launch, visit } from '../chromium.mjs';
import { fakeNode } from '../fake/node.mjs';
import { serve } from '../fake/server.mjs';
import { tell } from '../fake/story.mjs';

const PATIENCE = { timeout: 60_000 };
const ALLOW = { serviceWorkers: 'allow' };

let browser;
let served;

before(async () => {
  const node = fakeNode();
  tell(node);
  [browser, served] = await Promise.all([launch(), serve(node)]);
});
after(async () => {
  await browser?.close();
  await served?.close();
});

/** Waits until the worker keeps the shell of this page. */
const kept = (page) => page.evaluate(() => navigator.serviceWorker.ready.then(() => new Promise((resolve) => {
  if (navigator.serviceWorker.controller) resolve();
  else navigator.serviceWorker.addEventListener('controllerchange', () => resolve());
})));

const until = async (holds) => {
  for (const end = Date.now() + 60_000; !(await holds());) {
    if (Date.now() > end) throw new Error(`waited in vain for ${holds}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
};

/** Everything that caches of this page hold. */
const cached = (page) => page.evaluate(async () => {
  const names = await caches.keys();
  const lists = await Promise.all(names.map(async (name) => (await (await caches.open(name)).keys()).map(({ url }) => new URL(url).pathname)));
  return { names, paths: lists.flat() };
});

for (const [locale, short] of [['ru-RU', 'Округ'], ['en-GB', 'Okrug']]) {
  test(`Chromium finds nothing in the way of installing it, ${locale}`, { timeout: 120_000 }, async () => {
    const { page, context, faults } = await visit(browser, served.url, { ...ALLOW, locale });
    await enter(page, 'i', 'okrug');
    await kept(page);
    const tools = await context.newCDPSession(page);
    await tools.send('Page.enable');
    const named = () => page.evaluate(() => fetch(document.querySelector('link[rel=manifest]').href).then((answer) => answer.json()));
    await until(async () => (await named()).short_name === short);
    const { errors, data } = await tools.send('Page.getAppManifest');
    assert.deepEqual(errors, []);
    const manifest = JSON.parse(data);
    assert.deepEqual([manifest.short_name, manifest.lang], [short, locale.slice(0, 2)]);
    const { installabilityErrors } = await tools.send('Page.getInstallabilityErrors');
    // A window in private mode is never offered to be installed; the tests' windows are.
    assert.deepEqual(installabilityErrors.map(({ errorId }) => errorId).filter((id) => id !== 'in-incognito'), []);
    for (const { src, sizes } of manifest.icons.filter(({ type }) => type === 'image/png')) {
      const side = await page.evaluate(async (name) => {
        const picture = new Image();
        picture.src = new URL(name, document.querySelector('link[rel=manifest]').href).href;
        await picture.decode();
        return `${picture.naturalWidth}x${picture.naturalHeight}`;
      }, src);
      assert.equal(side, sizes, src);
    }
    assert.deepEqual(faults, []);
    await context.close();
  });
}

test('the shell opens without the node and says so; nothing that was read is kept in it', { timeout: 180_000 }, async () => {
  const { page, context } = await visit(browser, served.url, ALLOW);
  await enter(page, 'i', 'okrug');
  await kept(page);
  await page.reload();
  await page.waitForSelector('.frame .row', PATIENCE);
  const before = await cached(page);
  assert.equal(before.names.length, 1);
  assert.ok(before.paths.includes('/') && before.paths.some((path) => path.endsWith('/js/main.js')), before.paths.join());
  assert.deepEqual(before.paths.filter((path) => path !== '/' && !path.startsWith('/page/')), []);
  served.faults.down = true;
  served.drop();
  await page.goto(served.url);
  await page.locator('.card .note').waitFor(PATIENCE);
  assert.match(await page.innerText('.card .note'), /не отвечает|нет связи/i);
  served.faults.down = false;
  await page.waitForSelector('.frame .row', PATIENCE);
  await context.close();
});

test('only one address can become a worker', { timeout: 120_000 }, async () => {
  const { page, context } = await visit(browser, served.url, ALLOW);
  await enter(page, 'i', 'okrug');
  const tried = await page.evaluate(async () => {
    const { install } = await import('/page/0/js/link/worker.js');
    const of = (work) => Promise.resolve().then(work).then(() => 'done', (error) => error.name);
    const other = () => trustedTypes.createPolicy('other', { createScriptURL: (url) => url });
    return [await of(() => navigator.serviceWorker.register('/sw.js')), await of(other), await of(() => install('ru')), await of(() => install('ru'))];
  });
  // The policy of this name is made once, by the page itself or here: a second one is refused as well.
  assert.deepEqual(tried.slice(0, 2), ['TypeError', 'TypeError']);
  assert.equal(tried[3], 'TypeError');
  await context.close();
});

test('another build is another worker, and the shell of the one before goes', { timeout: 180_000 }, async () => {
  const { page, context } = await visit(browser, served.url, ALLOW);
  await enter(page, 'i', 'okrug');
  await kept(page);
  const [first] = (await cached(page)).names;
  served.build('1');
  await page.evaluate(() => navigator.serviceWorker.getRegistration().then((worker) => worker.update()));
  await until(async () => (await cached(page)).names.every((name) => name !== first));
  const now = await cached(page);
  assert.ok(now.paths.some((path) => path.startsWith('/page/1/')) && !now.paths.some((path) => path.startsWith('/page/0/')), now.paths.join());
  await context.close();
});
