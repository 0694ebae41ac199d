// The first login in a browser that runs no scripts: from the code on the slip to the rules, in both languages.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';

import { PHONE, launch } from '../chromium.mjs';
import { demo } from '../demo.mjs';

const BUILT = fileURLToPath(new URL('../../../target/debug/okrug', import.meta.url));
const PASSWORD = 'длинный пароль';

let browser;
let district;

before(async () => {
  [browser, district] = await Promise.all([launch(), demo({ offices: 1, people: 1 })]);
});
after(async () => {
  await browser?.close();
  await district?.stop();
});

/** Invites somebody as the node's administrator does. */
function invite() {
  const [{ data, logins: [{ unit }] }] = district.offices;
  const words = ['person', 'invite', '--name', 'Инспектор', '--position', 'Инспектор', '--unit', unit, '--json', '-n', data];
  return JSON.parse(execFileSync(process.env.OKRUG ?? BUILT, words, { encoding: 'utf8' }));
}

async function come({ page: address, code }, login, options) {
  const context = await browser.newContext({ javaScriptEnabled: false, ...options });
  context.setDefaultTimeout(90_000);
  const page = await context.newPage();
  await page.goto(address);
  assert.equal(await page.inputValue('#code'), code, 'the code of the square is filled in');
  await page.click('button[type=submit]');
  await page.fill('#login', login);
  await page.fill('#password', PASSWORD);
  await page.fill('#again', `${PASSWORD}!`);
  await page.click('button[type=submit]');
  // Passwords that differ are said so.
  await page.waitForSelector('[role=alert]');
  assert.equal(await page.inputValue('#login'), login);
  await page.fill('#password', PASSWORD);
  await page.fill('#again', PASSWORD);
  await page.click('button[type=submit]');
  await page.waitForURL('**/enrol/rules?lang=*');
  return { context, page };
}

for (const [locale, lang, title] of [['ru-RU', 'ru', 'Три правила'], ['en-GB', 'en', 'Three rules']]) {
  test(`a person comes without scripts, ${lang}`, async () => {
    const invited = invite();
    const login = `inspector-${lang}`;
    const { context, page } = await come(invited, login, { locale, ...PHONE });
    assert.equal(await page.getAttribute('html', 'lang'), lang);
    assert.equal(await page.innerText('h1'), title);
    assert.equal(await page.locator('ol.rules li').count(), 3);
    const session = await context.request.get(new URL('/api/v1/session', page.url()).href);
    assert.equal((await session.json()).person.id, invited.invitation.id, 'and is logged in');
    await page.goto(invited.page);
    await page.click('button[type=submit]');
    // The code is used up.
    await page.waitForSelector('[role=alert]');
    await context.close();
  });
}

test('the language is changed by a link', async () => {
  const context = await browser.newContext({ javaScriptEnabled: false, locale: 'ru-RU' });
  const page = await context.newPage();
  await page.goto(new URL('/enrol', district.offices[0].url).href);
  await page.click('text=English');
  await page.waitForSelector('html[lang=en]');
  await context.close();
});
