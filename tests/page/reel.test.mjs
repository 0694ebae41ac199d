import assert from 'node:assert/strict';
import { test } from 'node:test';

import { DRAWN, around, drawn, moved } from '../../node/page/js/base/reel.js';
import { rows } from '../../node/page/js/base/timeline.js';

const author = { id: 'p1', name: 'А' };
const line = (count) => Array.from({ length: count }, (_, n) => ({ id: `m${n}`, cursor: (100_000 + n).toString(16) + `.m${n}`, sent: new Date(n * 1000).toISOString(), author, precedence: 'routine', late: false }));

test('a short conversation is drawn whole, a long one by its end', () => {
  assert.deepEqual(drawn([], null), { from: 0, to: 0 });
  assert.deepEqual(drawn(line(3), null), { from: 0, to: 3 });
  assert.deepEqual(drawn(line(1000), null), { from: 1000 - DRAWN, to: 1000 });
});

test('moving up and down reaches both ends, never draws more, and leaves nothing out', () => {
  const messages = line(1000);
  let start = null;
  let seen = drawn(messages, start);
  for (let steps = 0; seen.from > 0; steps++) {
    assert.ok(steps < 100);
    start = moved(messages, start, -1);
    const next = drawn(messages, start);
    assert.ok(next.to - next.from <= DRAWN && next.to >= seen.from, 'parts overlap');
    seen = next;
  }
  for (let steps = 0; start !== null; steps++) {
    assert.ok(steps < 100);
    start = moved(messages, start, 1);
    const next = drawn(messages, start);
    assert.ok(next.to - next.from <= DRAWN && next.from <= seen.to, 'parts overlap');
    seen = next;
  }
  assert.equal(seen.to, 1000);
});

test('what comes above does not move the drawn part, and what comes below is followed only at the end', () => {
  const messages = line(1000);
  const start = moved(messages, moved(messages, null, -1), -1);
  const first = messages[drawn(messages, start).from].id;
  const later = messages.slice(300);
  assert.equal(later[drawn(later, start).from].id, first);
  const more = line(1200);
  assert.equal(more[drawn(more, start).from].id, first);
  assert.equal(drawn(more, null).to, 1200);
});

test('what is looked for is drawn with some before and after it', () => {
  const messages = line(1000);
  for (const n of [0, 1, 39, 500, 990, 999]) {
    const { from, to } = drawn(messages, around(messages, messages[n].cursor));
    assert.ok(from <= n && n < to, String(n));
    assert.ok(from === 0 || n - from >= 30, String(n));
  }
});

test('a drawn part joins what stands above it: no second day mark, no second name', () => {
  const messages = line(10);
  const whole = rows(messages).slice(-5);
  assert.deepEqual(rows(messages.slice(5), null, messages[4]), whole);
});
