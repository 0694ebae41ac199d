// The days of a deputy's term, as they are chosen and as they are sent.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { dayText, halfHours, readDay, typed } from '../../node/page/js/base/day.js';
import { term } from '../../node/page/js/state/deputy.js';

const noon = new Date(2026, 10, 27, 12).getTime();
const at = (year, month, day) => new Date(year, month - 1, day).toISOString();

test('a term lasts to the end of its last day, and one of today begins at once', () => {
  assert.equal(dayText(noon), '2026-11-27');
  assert.deepEqual(term('2026-11-27', '2026-11-27', noon), { until: at(2026, 11, 28) });
  assert.deepEqual(term('2026-11-20', '2026-12-31', noon), { until: at(2027, 1, 1) });
  assert.deepEqual(term('2026-11-28', '2026-12-05', noon), { from: at(2026, 11, 28), until: at(2026, 12, 6) });
});

test('a term that ends before it begins, or is over, is none', () => {
  assert.equal(term('2026-12-05', '2026-12-04', noon), null);
  assert.equal(term('2026-11-20', '2026-11-26', noon), null);
  assert.equal(term('2026-11-27', '', noon), null);
  assert.notEqual(term('2026-12-05', '2026-12-05', noon), null, 'one day');
});

test('a day is read as it is written here, whatever stands between its parts', () => {
  for (const text of ['20.12.2026', '20/12/26', '20 12', '20.12', '20122026', '201226', '2012', '2026-12-20', ' 20,12,2026 ', '20-12-2026']) {
    assert.equal(readDay(text, noon), '2026-12-20', text);
  }
  assert.equal(readDay('3.2', noon), '2027-02-03', 'the next such day');
  assert.equal(readDay('29.02.2028', noon), '2028-02-29');
  for (const text of ['', '20', '31.02.2026', '12.20.2026', '20.12.1926', '1.2.3.4', 'завтра', '20 декабря', '20.12.20261']) assert.equal(readDay(text, noon), '', text);
  assert.equal(typed(dayText(noon)), '27.11.2026');
  assert.equal(readDay(typed(dayText(noon)), noon), dayText(noon));
});

test('hours are offered by halves, and what was chosen otherwise is kept', () => {
  assert.equal(halfHours('22:00').length, 48);
  assert.deepEqual(halfHours('22:15').slice(44, 46), ['22:00', '22:15']);
});
