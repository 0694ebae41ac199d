// The page in a real browser on a real node that is killed under it.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { enter, launch, message, open, say, visit, written } from '../chromium.mjs';
import { demo } from '../demo.mjs';

const PATIENCE = { timeout: 90_000 };
const DISTRICT = 'Ханты-Мансийский округ';

let browser;
let district;

before(async () => ([browser, district] = await Promise.all([launch(), demo({ offices: 2, people: 1 })])));
after(async () => {
  await browser?.close();
  await district?.stop();
});

test('a node that is killed and comes back has lost nothing, and the page goes on', { timeout: 900_000 }, async () => {
  const [one, two] = district.offices;
  const { page, faults } = await visit(browser, one.url);
  const { page: far } = await visit(browser, two.url);
  await enter(page, one.logins[0].login, one.logins[0].password);
  await enter(far, two.logins[0].login, two.logins[0].password);
  await open(page, DISTRICT);
  await open(far, DISTRICT);
  await say(page, 'До обрыва');
  await message(far, 'До обрыва').waitFor(PATIENCE);
  const start = await district.kill(one);
  await page.locator('.banner-bad:has-text("Нет связи с узлом")').waitFor(PATIENCE);
  await say(page, 'Во время обрыва');
  await page.fill('#write', 'Не дописано');
  await say(far, 'Вы пропали');
  await start();
  // The keys of a session live in the memory of the node that is gone: one signs in again.
  await page.locator('.note:has-text("Сеанс завершён")').waitFor(PATIENCE);
  await enter(page, one.logins[0].login, one.logins[0].password);
  await written(page, 'Не дописано');
  await message(page, 'Во время обрыва').locator('.delivery-delivered').waitFor(PATIENCE);
  await message(page, 'Вы пропали').waitFor(PATIENCE);
  await message(far, 'Во время обрыва').waitFor(PATIENCE);
  for (const text of ['До обрыва', 'Во время обрыва', 'Вы пропали']) {
    for (const each of [page, far]) {
      await each.waitForFunction((wanted) => [...document.querySelectorAll('.msg-text')].filter(({ textContent }) => textContent === wanted).length === 1, text);
    }
  }
  await page.locator('.banner-bad').waitFor({ ...PATIENCE, state: 'detached' });
  assert.deepEqual(faults, []);
});
