// The pages that need no scripts, in a browser that runs none: login, enrolment, trust, and what is printed.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { pathToFileURL } from 'node:url';

import { check } from '../axe.mjs';
import { DESKTOP, PHONE, launch } from '../chromium.mjs';
import { PASSWORD, office } from '../office.mjs';

const PATIENCE_MS = 90_000;

let browser;
let site;

before(async () => {
  [browser, site] = await Promise.all([launch(), office()]);
});
after(async () => {
  await browser?.close();
  await site?.stop();
});

/** A window that runs no scripts; `trusts` is a machine on which the root was installed. */
async function plain(url, { trusts = false, ...options } = {}) {
  const context = await browser.newContext({ javaScriptEnabled: false, locale: 'ru-RU', ignoreHTTPSErrors: trusts, ...DESKTOP, ...options });
  context.setDefaultTimeout(PATIENCE_MS);
  const page = await context.newPage();
  await page.goto(url);
  return { context, page };
}

/** Whether the browser shows the picture that says "trusted here". */
const seen = (page) => page.locator('.seen').evaluate((picture) => picture.naturalWidth > 0);

test('in clear there is the way to trust, before and after the certificate', { timeout: 300_000 }, async () => {
  const { page, context } = await plain(`http://${site.host}/trust`);
  assert.match(await page.innerText('.card .note'), /сертификата округа/);
  assert.equal(site.certify().source, 'district');
  await page.reload();
  const words = await page.innerText('.words');
  assert.equal(words.split('-').length, 12, words);
  assert.equal(await page.locator('details').count(), 7);
  await page.locator('summary', { hasText: 'Astra' }).click();
  assert.ok(await page.locator('li', { hasText: 'update-ca-certificates' }).isVisible(), 'it opens without scripts');
  assert.equal(await seen(page), false, 'nobody installed the root here');
  // Everything else is under TLS, where this browser does not trust the node.
  for (const path of ['/', '/login', '/enrol', '/trust/check']) {
    await assert.rejects(page.goto(`http://${site.host}${path}`), /ERR_CERT_AUTHORITY_INVALID/, path);
  }
  await context.close();
  const english = await plain(`http://${site.host}/trust?lang=en`, PHONE);
  assert.equal(await english.page.getAttribute('html', 'lang'), 'en');
  const wide = await english.page.evaluate(() => document.documentElement.scrollWidth > innerWidth);
  assert.equal(wide, false, 'it fits a phone');
  await english.context.close();
});

test('where the root is trusted the check says so', { timeout: 120_000 }, async () => {
  const { page, context } = await plain(`http://${site.host}/trust`, { trusts: true });
  await page.waitForLoadState('load');
  assert.equal(await seen(page), true);
  await page.click('a[href*="/trust/check"]');
  assert.match(page.url(), /^https:/);
  assert.match(await page.innerText('.lead'), /доверяет округу/);
  await context.close();
});

for (const [lang, inside] of [['ru', 'Вы вошли'], ['en', 'You are logged in']]) {
  test(`one logs in and out without scripts, ${lang}`, { timeout: 180_000 }, async () => {
    const { page, context } = await plain(`https://${site.host}/`, { trusts: true, locale: lang === 'ru' ? 'ru-RU' : 'en-GB' });
    await page.waitForURL('**/login', { timeout: PATIENCE_MS });
    await page.fill('#login', 'dezhurny');
    await page.fill('#password', 'не тот');
    await page.click('button[type=submit]');
    assert.equal(await page.locator('[role=alert]').count(), 1);
    assert.equal(await page.inputValue('#login'), 'dezhurny');
    await page.fill('#password', PASSWORD);
    await page.click('button[type=submit]');
    // The page itself needs scripts, and leads back to a plain one without them.
    await page.waitForSelector('form[action^="/logout"]');
    assert.equal(await page.innerText('h1'), inside);
    const session = await context.request.get(`https://${site.host}/api/v1/session`);
    assert.equal(session.status(), 200);
    await page.click('form[action^="/logout"] button');
    await page.waitForURL('**/login*');
    assert.equal((await context.request.get(`https://${site.host}/api/v1/session`)).status(), 401);
    await context.close();
  });
}

test('who logs in by the plain form with scripts is in the room, over HTTP/2', { timeout: 180_000 }, async () => {
  const { page, context } = await plain(`https://${site.host}/login`, { trusts: true, javaScriptEnabled: true });
  await page.fill('#login', 'dezhurny');
  await page.fill('#password', PASSWORD);
  await page.click('button[type=submit]');
  await page.waitForSelector('.frame .row');
  assert.equal(await page.evaluate(() => performance.getEntriesByType('navigation')[0].nextHopProtocol), 'h2');
  await context.close();
});

const PAGES = ['/login', '/enrol', '/enrol/rules', '/trust', '/trust/check'];

test('axe finds nothing on any plain page, on either screen', { timeout: 240_000 }, async () => {
  for (const size of [DESKTOP, PHONE]) {
    for (const colorScheme of ['light', 'dark']) {
      const { page, context } = await plain(`https://${site.host}/login`, { trusts: true, javaScriptEnabled: true, colorScheme, ...size });
      for (const path of PAGES) {
        await page.goto(`https://${site.host}${path}`);
        for (const all of await page.locator('details').all()) await all.evaluate((part) => (part.open = true));
        await check(page, `${path} ${colorScheme}`);
      }
      await context.close();
    }
  }
});

test('all plain pages have one look, and the papers fetch nothing', { timeout: 180_000 }, async () => {
  const looks = [];
  const look = (page) => page.locator('.card').evaluate((card) => {
    const [box, title] = [getComputedStyle(card), getComputedStyle(card.querySelector('h1'))];
    return [box.width, box.borderRadius, box.backgroundColor, title.fontSize, title.fontWeight, !!card.querySelector('.sign svg')].join(' ');
  });
  for (const path of PAGES) {
    const { page, context } = await plain(`https://${site.host}${path}`, { trusts: true });
    looks.push(await look(page));
    assert.equal(await page.locator('script').count(), 0, path);
    await context.close();
  }
  for (const file of [site.paper('ru'), site.paper('en'), site.slip()]) {
    const context = await browser.newContext(DESKTOP);
    const page = await context.newPage();
    const asked = [];
    page.on('request', (request) => asked.push(request.url()));
    const address = pathToFileURL(file).href;
    await page.goto(address);
    assert.deepEqual(asked, [address], 'it asks for nothing but itself');
    assert.equal(await page.locator('script').count(), 0, address);
    assert.ok(await page.locator('svg').first().isVisible());
    looks.push(await look(page));
    await check(page, file);
    await context.close();
  }
  assert.equal(new Set(looks).size, 1, looks.join('\n'));
});
