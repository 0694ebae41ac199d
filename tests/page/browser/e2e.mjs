// The page in a real browser on real nodes: officials of two offices converse.

import assert from 'node:assert/strict';
import { after, afterEach, before, test } from 'node:test';

import { DESKTOP, PHONE, count, enter, launch, message, open, say, visit } from '../chromium.mjs';
import { demo } from '../demo.mjs';
import { PAYLOADS } from './payloads.mjs';

/** Nodes hear of a cut line, and meet again, in their own time: a test waits so long and no longer. */
const PATIENCE = { timeout: 90_000 };

let browser;
let district;
let everybody;
let visits = [];

before(async () => {
  [browser, district] = await Promise.all([launch(), demo()]);
  everybody = district.offices.flatMap((office) => office.logins);
});
after(async () => {
  await browser?.close();
  await district?.stop();
});
afterEach(async () => {
  const faults = visits.flatMap((each) => each.faults);
  for (const { context } of visits) await context.close();
  visits = [];
  assert.deepEqual(faults, []);
});

async function signIn(office, nth = 0, options = {}) {
  const { login, password } = office.logins[nth];
  const made = await visit(browser, office.url, options);
  visits.push(made);
  await enter(made.page, login, password);
  return made.page;
}

/** A text that no other run has said. */
const fresh = (text) => `${text} ${Math.random().toString(36).slice(2)}`;
const DISTRICT = 'Ханты-Мансийский округ';
const row = (page, title) => page.locator('.row', { has: page.locator(`.row-title:text-is("${title}")`) }).first();

test('two officials of two offices converse, and the words of delivery change', async () => {
  const [one, two] = district.offices;
  const a = await signIn(one);
  const b = await signIn(two, 0, { ...PHONE, locale: 'en-GB' });
  await open(a, DISTRICT);
  await open(b, DISTRICT);
  const question = fresh('Вы нас слышите?');
  await say(a, question);
  await message(b, question).waitFor(PATIENCE);
  const head = await message(b, question).locator('.msg-head').innerText();
  assert.ok(head.includes(one.logins[0].name) && head.includes(one.logins[0].position) && head.includes(one.name), head);
  await message(a, question).locator('.delivery-delivered').waitFor(PATIENCE);
  await message(a, question).locator('.delivery:has-text("доставлено 2 из 2")').waitFor(PATIENCE);
  await b.tap('.choice-urgent');
  const answer = fresh('Yes, very well');
  await say(b, answer);
  await message(a, answer).locator('.tag-urgent:has-text("Срочное")').waitFor(PATIENCE);
  await message(b, answer).locator('.delivery:has-text("delivered to 2 of 2")').waitFor(PATIENCE);
});

test('the movement of a message names the offices that have it, and both sides see one fingerprint', async () => {
  const [one, two] = district.offices;
  const a = await signIn(one);
  const b = await signIn(two);
  await open(a, DISTRICT);
  await open(b, DISTRICT);
  const text = fresh('Куда дошло?');
  await say(a, text);
  await message(a, text).locator('.delivery-delivered').waitFor(PATIENCE);
  await message(a, text).hover();
  await message(a, text).locator('.acts button').last().click();
  await a.waitForSelector(`.trace-wrote:has-text("${one.name}")`);
  await count(a, '.trace-has', 2);
  await count(a, '.trace-waits', 0);
  await a.keyboard.press('Escape');
  const words = async (page) => {
    await message(page, text).locator('.msg-author').click();
    await page.waitForSelector('.who-words');
    return page.locator('.who-words').innerText();
  };
  const [own, seen] = [await words(a), await words(b)];
  assert.equal(own, seen);
  assert.equal(own.split(' ').length, 12);
});

test('a person of the tree is written to, and nobody else reads it', async () => {
  const [one, two] = district.offices;
  const [from, to, colleague] = [one.logins[0], two.logins[0], two.logins[1]];
  const a = await signIn(one);
  await a.click('#tab-org');
  await a.fill('.filter input', to.name);
  await a.click(`.found .person:has-text("${to.name}"):has-text("${two.name}")`);
  const secret = fresh('Только вам');
  await say(a, secret);
  const b = await signIn(two);
  await row(b, from.name).click();
  await message(b, secret).waitFor(PATIENCE);
  await message(a, secret).locator('.delivery:has-text("Доставлено в отделение")').waitFor(PATIENCE);
  const c = await signIn(two, 1);
  assert.notEqual(colleague.name, to.name);
  assert.equal(await c.locator(`.row-last:has-text("${secret}")`).count(), 0);
});

test('what is not looked at is counted until it is', async () => {
  const [one, two] = district.offices;
  const a = await signIn(one, 1);
  const b = await signIn(two, 1);
  await open(b, DISTRICT);
  await open(a, DISTRICT);
  await a.keyboard.press('Escape');
  await a.waitForSelector('.talk-none');
  await row(a, DISTRICT).locator('.count').waitFor({ state: 'detached' });
  for (const n of [1, 2, 3]) await say(b, fresh(`Сообщение ${n}`));
  await row(a, DISTRICT).locator('.count:has-text("3")').waitFor(PATIENCE);
  await a.reload();
  await row(a, DISTRICT).locator('.count:has-text("3")').waitFor(PATIENCE);
  await open(a, DISTRICT);
  await a.waitForSelector('.unread-line');
  await row(a, DISTRICT).locator('.count').waitFor({ state: 'detached' });
  await a.reload();
  await a.waitForSelector('.row');
  await row(a, DISTRICT).locator('.count').waitFor({ state: 'detached' });
});

test('a cut office is named, what is written to it waits, and all comes right when it is back', async () => {
  const [one, , three] = district.offices;
  const a = await signIn(one);
  const c = await signIn(three);
  await open(a, DISTRICT);
  await open(c, DISTRICT);
  await district.cut(three);
  await a.locator(`.banner-warn:has-text("Нет связи с: ${three.name}")`).waitFor(PATIENCE);
  await c.locator('.banner-warn:has-text("Нет связи с:")').waitFor(PATIENCE);
  const there = fresh('Что у вас?');
  const here = fresh('Мы одни, но на месте');
  await say(a, there);
  await say(c, here);
  await message(a, there).locator('.delivery:has-text("доставлено 1 из 2")').waitFor(PATIENCE);
  await message(c, here).locator('.delivery-queued:has-text("Ждёт связи")').waitFor(PATIENCE);
  await district.join(three);
  await message(c, there).waitFor(PATIENCE);
  await message(a, here).waitFor(PATIENCE);
  await message(a, there).locator('.delivery:has-text("доставлено 2 из 2")').waitFor(PATIENCE);
  await message(c, here).locator('.delivery-delivered').waitFor(PATIENCE);
  for (const page of [a, c]) await page.waitForSelector('.banner-warn:has-text("Нет связи с:")', { ...PATIENCE, state: 'detached' });
});

test('no text runs at another office', async () => {
  const [one, two] = district.offices;
  const a = await signIn(one);
  const b = await signIn(two);
  await open(a, DISTRICT);
  await open(b, DISTRICT);
  const texts = PAYLOADS.filter((text) => text.trim() && text.isWellFormed());
  assert.ok(texts.length >= 200);
  const end = fresh('Конец');
  const status = await a.evaluate(async ([all, last]) => {
    for (const text of [...all, last]) {
      const body = JSON.stringify({ client_id: crypto.randomUUID(), text, precedence: 'routine' });
      const answer = await fetch('/api/v1/chat/d/message', { method: 'POST', body, headers: { 'X-Okrug': '1', 'Content-Type': 'application/json' } });
      if (answer.status !== 201) return `${answer.status} for ${text}`;
    }
    return 'done';
  }, [texts, end]);
  assert.equal(status, 'done');
  await message(b, end).waitFor(PATIENCE);
  const found = await b.evaluate(() => ({
    ran: 'ran' in window,
    strange: document.querySelectorAll('#page :is(script, iframe, object, embed, img, style, link, meta, base, math, video, audio, marquee, details, template, a:not(.skip))').length,
  }));
  assert.deepEqual(found, { ran: false, strange: 0 });
});

test('the page keeps within its bytes until a conversation stands, and breaks no rule of its policy', async () => {
  const [one] = district.offices;
  const page = await signIn(one);
  await open(page, DISTRICT);
  const { headers, sum, first } = await page.evaluate(async () => {
    const answer = await fetch('/', { cache: 'no-store' });
    // What comes when there is time is no part of the first load: on a slow machine it may have come already.
    const named = await answer.text();
    const isFirst = (path) => named.includes(path) || /\/words\.(ru|en)\.js$|\/share\.js$/.test(path);
    const entries = performance.getEntriesByType('resource').filter(({ name }) => name.includes('/page/') && isFirst(new URL(name).pathname));
    const sizes = [...performance.getEntriesByType('navigation'), ...entries].map((entry) => entry.encodedBodySize);
    return { headers: Object.fromEntries(answer.headers), first: entries.map(({ name }) => name), sum: sizes.reduce((bytes, size) => bytes + size, 0) };
  });
  assert.ok(headers['content-security-policy'].startsWith("default-src 'none'; script-src 'self'"));
  assert.equal(headers['x-content-type-options'], 'nosniff');
  assert.equal(headers['content-encoding'], 'br');
  for (const part of ['words.ru.js', 'share.js', 'talk.js', 'preact.js']) assert.ok(first.some((name) => name.endsWith(`/${part}`)), `${part} is not counted`);
  assert.ok(sum > 40_000 && sum < 56_000, `${sum} bytes`);
});

test('everybody of the demo can sign in, in both languages', async () => {
  assert.equal(everybody.length, 6);
  for (const office of district.offices) {
    for (const [nth, locale] of ['ru-RU', 'en-GB'].entries()) {
      const page = await signIn(office, nth, { locale });
      await page.waitForSelector(`.tabs button:has-text("${locale === 'ru-RU' ? 'Сообщения' : 'Messages'}")`);
    }
  }
});
