import assert from 'node:assert/strict';
import { test } from 'node:test';

import { backoff } from '../../node/page/js/base/backoff.js';
import { age, brief, clock, day, moment, wait } from '../../node/page/js/base/dates.js';
import { delivery } from '../../node/page/js/base/delivery.js';
import { initials, post, sorted } from '../../node/page/js/base/names.js';
import { reader } from '../../node/page/js/base/sse.js';
import { ulid } from '../../node/page/js/base/ulid.js';
import { visible, visibleText } from '../../node/page/js/base/visible.js';
import { lang, learnAll } from '../../node/page/js/base/words.js';

await Promise.all([learnAll('ru'), learnAll('en')]);

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const at = (...parts) => new Date(...parts).getTime();
const now = at(2026, 2, 14, 15, 30);
const plain = (text) => text.replace(/[\u00a0\u202f]/g, ' ');

/** What a function says in both languages. */
const both = (say) => ['ru', 'en'].map((code) => ((lang.value = code), plain(say())));

test('days are called as people call them', () => {
  assert.deepEqual(both(() => day(now, now)), ['Сегодня', 'Today']);
  assert.deepEqual(both(() => day(at(2026, 2, 13, 23, 59), now)), ['Вчера', 'Yesterday']);
  assert.deepEqual(both(() => day(at(2026, 2, 12, 9), now)), ['12 марта', '12 March']);
  assert.deepEqual(both(() => day(at(2025, 2, 14, 9), now)), ['14 марта 2025 г.', '14 March 2025']);
});

test('a narrow column shows the hour, then the weekday, then the date', () => {
  assert.deepEqual(both(() => brief(at(2026, 2, 14, 9, 2), now)), ['09:02', '09:02']);
  assert.deepEqual(both(() => brief(at(2026, 2, 10, 9, 2), now)), ['вт', 'Tue']);
  assert.deepEqual(both(() => brief(at(2026, 1, 10, 9, 2), now)), ['10 февр.', '10 Feb']);
  assert.deepEqual(both(() => brief(at(2025, 1, 10), now)), ['10.02.25', '10/02/25']);
});

test('a time names its day when that is another day', () => {
  const received = at(2026, 2, 14, 9, 10);
  assert.deepEqual(both(() => moment(received, now, at(2026, 2, 12, 17, 40))), ['сегодня, 09:10', 'today, 09:10']);
  assert.deepEqual(both(() => moment(received, now, at(2026, 2, 14, 8, 0))), ['09:10', '09:10']);
  assert.equal(clock(received), '09:10');
});

test('ages and waits are short', () => {
  const ages = [10_000, 5 * MINUTE, 3 * HOUR, 47 * HOUR, 9 * DAY].map((each) => both(() => age(each)));
  assert.deepEqual(ages, [['1 мин', '1 min'], ['5 мин', '5 min'], ['3 ч', '3 hr'], ['47 ч', '47 hr'], ['9 дн.', '9 days']]);
  assert.deepEqual(both(() => wait(40)), ['40 с', '40 sec']);
  assert.deepEqual(both(() => wait(200)), ['4 мин', '4 min']);
});

test('names stand in the order of a Russian dictionary', () => {
  const names = ['Жуково', 'Ёлкино', 'Ежово', 'елагино', 'Яковлево', 'Абрамово', 'Отделение 10', 'Отделение 2'];
  assert.deepEqual(sorted(names, (name) => name), ['Абрамово', 'Ежово', 'елагино', 'Ёлкино', 'Жуково', 'Отделение 2', 'Отделение 10', 'Яковлево']);
});

test('a position that is the name is not said twice', () => {
  assert.equal(post({ name: 'Специалист 2', position: 'Специалист' }), '');
  assert.equal(post({ name: 'Специалист', position: 'Специалист' }), '');
  assert.equal(post({ name: 'Дежурный по Ёлкино', position: 'Специалист' }), 'Специалист');
  assert.equal(post({ name: 'Начальникова П.', position: 'Начальник' }), 'Начальник');
});

test('initials come from letters alone', () => {
  assert.equal(initials('ёлкино, Отдел П.'), 'ЁО');
  assert.equal(initials('  «Заря» '), 'З');
  assert.equal(initials('\u202e'), '?');
});

test('invisible and direction-changing characters are shown by number', () => {
  assert.deepEqual(visible('отчёт\u202efdp.exe'), ['отчёт', { code: 'U+202E', name: 'RIGHT-TO-LEFT OVERRIDE' }, 'fdp.exe']);
  const hidden = [0x00, 0x07, 0x1b, 0x7f, 0x85, 0xad, 0x61c, 0x200b, 0x200e, 0x200f, 0x2028, 0x202a, 0x202d, 0x2060, 0x2066, 0x2069, 0xfeff, 0xe000, 0xe0041];
  for (const code of hidden) {
    const text = `a${String.fromCodePoint(code)}b`;
    assert.match(visibleText(text), /^a\[U\+[0-9A-F]{4,5}\]b$/, code.toString(16));
  }
  assert.equal(visibleText('\ud800x'), '[U+D800]x');
});

test('ordinary text of any script stays as it is', () => {
  for (const text of ['Две\nстроки\tи отступ', 'שלום', 'مرحبا', '👩‍👧 👍🏽 👩🏽‍⚕️', 'e\u0301', '']) assert.equal(visibleText(text), text);
  assert.deepEqual(visible('a\r\nb'), ['a\nb']);
});

test('a joiner outside an emoji does not hide', () => {
  assert.equal(visibleText('пароль\u200d1'), 'пароль[U+200D]1');
  assert.equal(visibleText('👍\u200d'), '👍[U+200D]');
});

test('delivery to one office is a word, to several a count', () => {
  lang.value = 'ru';
  assert.equal(delivery({ code: 'queued', held_by: 0, delivered: 0, of: 1 }).word, 'Ждёт связи');
  assert.equal(delivery({ code: 'relayed', held_by: 2, delivered: 0, of: 1 }).word, 'Передано соседям');
  assert.equal(delivery({ code: 'delivered', held_by: 1, delivered: 1, of: 1 }).word, 'Доставлено в отделение');
  assert.equal(delivery({ code: 'relayed', held_by: 2, delivered: 0, of: 14 }).word, 'Передано соседям');
  assert.equal(delivery({ code: 'relayed', held_by: 13, delivered: 12, of: 14 }).word, 'доставлено 12 из 14');
  assert.equal(delivery({ code: 'relayed', held_by: 13, delivered: 12, of: 14 }).detail, 'Передано соседям · доставлено 12 из 14 · хранят ещё 13 отделений');
  assert.equal(delivery({ code: 'delivered', held_by: 0, delivered: 0, of: 0 }).word, 'Доставлено в отделение');
});

test('a ULID sorts by time and has twenty-six characters', () => {
  const zero = new Uint8Array(16);
  assert.equal(ulid(1_469_918_176_385, zero), '01ARYZ6S410000000000000000');
  assert.ok(ulid(1000) < ulid(2000));
  assert.match(ulid(), /^[0-9A-HJKMNP-TV-Z]{26}$/);
});

test('waits double up to the largest', () => {
  const waits = backoff({ first: 1000, largest: 5000, random: () => 0 });
  assert.deepEqual([1, 2, 3, 4].map(() => waits.next()), [1000, 2000, 4000, 5000]);
  waits.reset();
  assert.equal(waits.next(), 1000);
});

test('an event stream reads the same however it is cut', () => {
  const stream = ': ping\n\nid: 7\nevent: message.new\ndata: {"a":\ndata: 1}\n\nid:8\r\ndata:x\r\n\r\nretry: 5\n\ndata\n\n';
  const whole = reader().push(stream);
  assert.deepEqual(whole, [
    { type: 'comment', data: 'ping', id: null },
    { type: 'message.new', data: '{"a":\n1}', id: '7' },
    { type: 'message', data: 'x', id: '8' },
    { type: 'message', data: '', id: '8' },
  ]);
  for (let cut = 1; cut < stream.length; cut++) {
    const pieces = reader();
    assert.deepEqual([...pieces.push(stream.slice(0, cut)), ...pieces.push(stream.slice(cut))], whole, `cut at ${cut}`);
  }
});

test('offices that cannot open a message are counted apart, with their plural', () => {
  const told = (more = {}) => delivery({ code: 'relayed', held_by: 4, delivered: 3, of: 4, unopened: 1, ...more });
  lang.value = 'ru';
  assert.equal(told().word, 'доставлено 3 из 4; 1 отделение не может открыть');
  assert.equal(told({ of: 30, unopened: 22 }).word, 'доставлено 3 из 30; 22 отделения не могут открыть');
  assert.equal(told({ of: 30, unopened: 11 }).word, 'доставлено 3 из 30; 11 отделений не могут открыть');
  assert.equal(told({ unopened: 0 }).word, 'доставлено 3 из 4');
  assert.match(told({ delivered: 0, of: 1 }).detail, /1 отделение не может открыть/);
  lang.value = 'en';
  assert.equal(told().word, 'delivered to 3 of 4; 1 office cannot open it');
  assert.equal(told({ delivered: 2, unopened: 2 }).word, 'delivered to 2 of 4; 2 offices cannot open it');
  lang.value = 'ru';
});
