// Makes the pictures of the README: `node pictures.mjs`, on a real district, into tests/page/pictures.
//
// Fonts and sizes are those of the machine: Debian with fonts-roboto-unhinted gives what is committed. Where pngquant
// is installed the pictures become a third of their size.

import { spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

import { DESKTOP, PHONE, enter, launch, message, open, say, visit } from './chromium.mjs';
import { demo } from './demo.mjs';

const FOLDER = fileURLToPath(new URL('pictures/', import.meta.url));
const DISTRICT = 'Ханты-Мансийский округ';
const UNIT = 'Дежурная служба';

/** Who speaks: the office in the demo's list, and the position of somebody there. */
const HEAD = [0, 'Руководитель управления'];
const VIEWER = [0, 'Начальник дежурной службы'];
const NEAR = [1, 'Оперативный дежурный'];
const FAR = [3, 'Оперативный дежурный'];
const CLERK = [2, 'Делопроизводитель'];
/** The first one of an office looks after its node. */
const KEEPER = [0, null];

const STORY = [
  [HEAD, DISTRICT, 'Коллеги, с 1 декабря действует новый порядок приёма граждан. Текст разослан в канцелярии.'],
  [[2, 'Начальник отделения'], DISTRICT, 'Сургут принял, ознакомим всех до пятницы.'],
  [NEAR, UNIT, 'Смена принята, происшествий нет.'],
  [VIEWER, UNIT, 'Ветер до 25 м/с с 18:00. Проверьте генераторы и доложите.', 'flash'],
  [NEAR, UNIT, 'Генератор запущен и проверен, топлива на двое суток.', 'routine', 'Ветер до 25'],
  [FAR, UNIT, 'Генератор проверен. Связь к вечеру обещают прервать на час, всё срочное шлите сейчас.', 'urgent'],
];
const LAST = 'Принято. Кто останется без связи — прочтёте, когда она появится.';
const DIRECT = 'Подскажите, входящий 1184 уже расписан?';

mkdirSync(FOLDER, { recursive: true });
const district = await demo({ offices: 4, people: 5 });
const browser = await launch(['--disable-lcd-text']);

async function come([office, position], options) {
  const { url, logins } = district.offices[office];
  const person = position ? logins.find((each) => each.position === position) : logins[0];
  const { page } = await visit(browser, url, options);
  await enter(page, person.login, person.password);
  return page;
}

/** Begins an answer to the message that has this text. */
async function answer(page, text) {
  await message(page, text).hover();
  await message(page, text).locator('.acts button').first().click();
  await page.waitForSelector('.write-reply');
}

/** Takes a picture of what is calm: nothing has the focus, nothing is pointed at. */
async function picture(name, page, { calm = true } = {}) {
  if (calm) await page.evaluate(() => document.activeElement?.blur());
  await page.mouse.move(0, 0);
  await page.evaluate(() => document.querySelector('.acts')?.remove());
  const path = `${FOLDER}${name}.png`;
  await page.screenshot({ path });
  spawnSync('pngquant', ['--force', '--skip-if-larger', '--quality', '70-98', '--speed', '1', '--output', path, path]);
}

try {
  const viewer = await come(VIEWER, DESKTOP);
  for (const [who, chat, text, precedence, asked] of STORY) {
    const page = who === VIEWER ? viewer : await come(who, DESKTOP);
    await open(page, chat);
    if (precedence) await page.click(`.choice-${precedence}`);
    if (asked) await answer(page, asked);
    await say(page, text);
    await message(page, text).locator('.delivery-delivered').waitFor({ timeout: 90_000 });
    if (page !== viewer) await page.context().close();
  }
  const asking = await come(CLERK, DESKTOP);
  await asking.click('#tab-org');
  await asking.fill('.filter input', VIEWER[1]);
  await asking.click(`.found .person:has-text("${VIEWER[1]}")`);
  await say(asking, DIRECT);
  await message(asking, DIRECT).locator('.delivery-delivered').waitFor({ timeout: 90_000 });

  await district.cut(district.offices[3]);
  await viewer.locator('.banner-warn').waitFor({ timeout: 90_000 });
  await open(viewer, UNIT);
  await say(viewer, LAST);
  await message(viewer, LAST).locator('.delivery:has-text("доставлено 2 из 3")').waitFor({ timeout: 90_000 });
  await viewer.click('.talk-head button[aria-pressed=false]');
  await viewer.evaluate(() => document.querySelector('.log').scrollTo(0, 1e9));
  await picture('desktop-ru', viewer);

  const english = await come(VIEWER, { ...DESKTOP, locale: 'en-GB', colorScheme: 'dark' });
  await open(english, UNIT);
  await english.click('#tab-org');
  await english.waitForSelector('.tree .person');
  await english.waitForSelector('.who-office');
  await picture('desktop-en', english);
  await english.keyboard.press('Control+KeyK');
  await english.waitForSelector('.find input:focus');
  await english.keyboard.type('ltk');
  await english.waitForSelector('.find-item');
  await picture('find-en', english, { calm: false });

  const phone = await come(VIEWER, PHONE);
  await phone.waitForSelector('.row .count');
  await picture('phone-ru', phone);

  const abroad = await come(VIEWER, { ...PHONE, locale: 'en-GB' });
  await open(abroad, UNIT);
  await message(abroad, LAST).waitFor();
  await picture('phone-en', abroad);
  await abroad.click('.talk-back');
  await abroad.click('.low-switch');
  await abroad.waitForSelector('.low');
  await open(abroad, UNIT);
  await message(abroad, LAST).waitFor();
  await picture('phone-low-en', abroad);

  const keeper = await come(KEEPER, DESKTOP);
  await keeper.click('.side-door:has-text("Узел")');
  await keeper.waitForFunction(() => [...document.querySelectorAll('.picture img')].filter(({ complete, naturalWidth }) => complete && naturalWidth > 0).length === 3);
  await keeper.evaluate(() => document.querySelector('.picture-map').closest('.panel').scrollIntoView());
  await picture('node-ru', keeper);
  await keeper.goto(`${keeper.url().split('#')[0]}#/sessions`);
  await keeper.waitForSelector('.ses');
  await picture('sessions-ru', keeper);

  const pocket = await come(KEEPER, { ...PHONE, locale: 'en-GB', colorScheme: 'dark' });
  await pocket.click('.side-door:has-text("Node")');
  await pocket.waitForSelector('.tile');
  await picture('phone-node-en', pocket);
} finally {
  await browser.close();
  await district.stop();
}
