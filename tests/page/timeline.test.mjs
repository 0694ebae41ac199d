import assert from 'node:assert/strict';
import { test } from 'node:test';

import { firstUnread, isBefore, place, progress, rows } from '../../node/page/js/base/timeline.js';

const start = new Date(2026, 2, 14, 9, 0).getTime();
const told = (delivered, held) => ({ code: 'relayed', held_by: held, delivered, of: 3 });
const message = (minute, { author = 'p1', mine = false, ...more } = {}) => ({
  id: `m${minute}`, cursor: `${(10_000 + minute).toString(16)}.m${minute}`, sent: new Date(start + minute * 60_000).toISOString(), author: { id: author }, mine, late: false, precedence: 'routine', delivery: told(0, 0), ...more,
});
const ids = (list) => list.map(({ id }) => id);

test('any order of arrival gives one timeline, each message once', () => {
  const all = [0, 1, 2, 3, 4].map((minute) => message(minute));
  const orders = [[0, 1, 2, 3, 4], [4, 3, 2, 1, 0], [2, 2, 0, 4, 1, 3, 0]];
  for (const order of orders) assert.deepEqual(order.reduce((list, i) => place(list, [all[i]]), []), all);
});

test('cursors compare by their time, however many digits it has', () => {
  assert.ok(isBefore('ff.o2.1.d.routine.1', '100.o1.1.d.routine.1'));
  assert.ok(isBefore('1a0.o1.1.d.routine.9', '1a1.o1.1.d.routine.1'));
  assert.ok(!isBefore('1a0.o1', '1a0.o1'));
});

test('the newer state of a message takes the place of the older', () => {
  const list = place([], [message(0), message(1)]);
  const again = place(list, [{ ...message(1), text: 'new' }]);
  assert.deepEqual(ids(again), ['m0', 'm1']);
  assert.equal(again[1].text, 'new');
  assert.equal(list[1].text, undefined);
});

test('an older answer takes nothing back, and an event of a carrier that gave it up does', () => {
  const notice = { code: 'gave_up', offices: ['Котлас'], more: 0 };
  const state = (held, delivered, notice) => ({ id: 'm0', delivery: told(held, delivered), notice });
  const list = progress(place([], [message(0), message(1)]), state(2, 2));
  assert.deepEqual(list[0].delivery, told(2, 2));
  assert.deepEqual(place(list, [message(0)])[0].delivery, told(2, 2));
  const back = progress(list, state(1, 2, notice));
  assert.deepEqual([back[0].delivery, back[0].notice], [told(1, 2), notice]);
  assert.deepEqual(progress(back, state(2, 3))[0].notice, undefined, 'what went on is stopped by nothing');
  assert.deepEqual(place(progress(list, state(3, 3)), [{ ...message(0), notice }])[0].notice, undefined, 'nor by an older answer');
});

test('a message whose office signed two texts for its place is marked, and no older answer or telling takes that back', () => {
  const list = progress(place([], [message(0), message(1)]), { id: 'm0', delivery: told(1, 1), disputed: true });
  assert.deepEqual(list.map((each) => each.disputed), [true, undefined]);
  assert.equal(place(list, [message(0)])[0].disputed, true);
  assert.equal(progress(list, { id: 'm0', delivery: told(2, 2) })[0].disputed, true);
});

test('each day has one mark before its first message', () => {
  const list = [message(0), message(10), message(24 * 60), message(24 * 60 + 1)];
  assert.deepEqual(rows(list).map(({ kind }) => kind), ['day', 'message', 'message', 'day', 'message', 'message']);
});

test('what one author says in one breath stands under one name', () => {
  const first = (list) => rows(list).filter(({ kind }) => kind === 'message').map((row) => row.first);
  assert.deepEqual(first([message(0), message(1), message(2)]), [true, false, false]);
  assert.deepEqual(first([message(0), message(6)]), [true, true]);
  assert.deepEqual(first([message(0), message(1, { author: 'p2' }), message(2)]), [true, true, true]);
  assert.deepEqual(first([message(0), message(1, { precedence: 'flash' }), message(2)]), [true, true, true]);
  assert.deepEqual(first([message(0), message(1, { late: true }), message(2)]), [true, true, true]);
});

test('the unread line stands before the first unread message of others', () => {
  const list = [message(0), message(1), message(2, { mine: true }), message(3), message(4)];
  assert.equal(firstUnread(list, 2), 'm3');
  assert.equal(firstUnread(list, 3), 'm1');
  assert.equal(firstUnread(list, 0), null);
  assert.equal(firstUnread(list, 90), 'm0');
  assert.equal(firstUnread([message(2, { mine: true })], 1), null);
  assert.deepEqual(rows(list, 'm3').map(({ kind }) => kind), ['day', 'message', 'message', 'message', 'unread', 'message', 'message']);
});
