// The days of a deputy's term, as they are chosen and as they are sent.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { dayText, term } from '../../node/page/js/state/deputy.js';

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
