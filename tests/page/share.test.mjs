import assert from 'node:assert/strict';
import { test } from 'node:test';

import { share } from '../../node/page/js/link/share.js';

/** The locks of a browser, as far as tabs need them: first come first served, and one can be taken away. */
function lockManager() {
  let holder = null;
  const queue = [];
  const next = () => {
    if (holder || !queue.length) return;
    const { work, resolve, reject } = queue.shift();
    holder = { reject };
    const mine = holder;
    Promise.resolve(work()).then(resolve).finally(() => (holder === mine && (holder = null), next()));
  };
  return {
    request: (name, how, work) => new Promise((resolve, reject) => {
      if (how.steal) {
        holder?.reject(new Error('stolen'));
        holder = null;
        queue.unshift({ work, resolve, reject });
      } else queue.push({ work, resolve, reject });
      next();
    }),
  };
}

/** A browser with tabs, and a node that counts its connections. */
function browser(person = `p${Math.random()}`) {
  const locks = lockManager();
  const lines = [];
  const fetch = async (url, { headers, signal }) => {
    const line = { after: headers['Last-Event-ID'], open: true };
    const body = new ReadableStream({ start: (controller) => (line.feed = controller) });
    signal.addEventListener('abort', () => ((line.open = false), line.feed.error(new Error('aborted'))));
    lines.push(line);
    return new Response(body);
  };
  const open = () => lines.filter((line) => line.open);
  const tab = (hidden = false) => {
    const seen = { events: [], states: [], hidden };
    seen.line = share(person, {
      url: '/events', fetch, onEvent: ({ data }) => seen.events.push(data), onState: (state, resumed) => seen.states.push(`${state} ${resumed}`),
    }, { locks, hidden: () => seen.hidden });
    return seen;
  };
  const say = (text) => open().forEach((line) => line.feed.enqueue(new TextEncoder().encode(text)));
  return { tab, say, open, lines, name: `okrug.events.${person}` };
}

/** A node that answers and says nothing. */
const silent = async (url, { signal }) => {
  const body = new ReadableStream({ start: (feed) => signal.addEventListener('abort', () => feed.error(new Error('aborted'))) });
  return new Response(body);
};

const until = async (holds) => {
  for (const end = Date.now() + 60_000; !holds();) {
    assert.ok(Date.now() < end, `waited in vain for ${holds}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
};

test('seven tabs have one connection, and each hears everything once', async () => {
  const { tab, say, open } = browser();
  const tabs = Array.from({ length: 7 }, () => tab());
  await until(() => tabs.every(({ states }) => states.length));
  assert.equal(open().length, 1);
  assert.deepEqual(tabs.map(({ states }) => states), Array(7).fill(['live false']));
  say('id: 5\nevent: peer\ndata: 1\n\n');
  await until(() => tabs.every(({ events }) => events.length));
  assert.deepEqual(tabs.map(({ events }) => events), Array(7).fill([1]));
  tabs.forEach(({ line }) => line.close());
});

test('when the tab that listens is closed another goes on where it stopped', async () => {
  const { tab, say, open, lines } = browser();
  const [first, ...rest] = [tab(), tab(), tab()];
  await until(() => [first, ...rest].every(({ states }) => states.length));
  say('id: 5\nevent: peer\ndata: 1\n\n');
  await until(() => rest.every(({ events }) => events.length));
  first.line.close();
  await until(() => lines.length === 2 && open().length === 1);
  assert.equal(lines[1].after, '5');
  say('id: 6\nevent: peer\ndata: 2\n\n');
  await until(() => rest.every(({ events }) => events.length === 2));
  assert.deepEqual(rest.map(({ events, states }) => [events, states[1]]), Array(2).fill([[1, 2], 'live true']));
  assert.deepEqual(first.events, [1]);
  rest.forEach(({ line }) => line.close());
});

test('the place of a stream that only begins with a number is known to all', async () => {
  const { tab, say, open, lines, name } = browser();
  const [first, second] = [tab(), tab()];
  await until(() => second.states.length);
  say('id: 41\n: here\n\n');
  // A word of ours behind it says that the one with the number has arrived.
  const channel = new BroadcastChannel(name);
  let told = false;
  channel.onmessage = ({ data }) => (told ||= data.at === '41');
  await until(() => told);
  channel.postMessage({ from: 'test', event: { type: 'peer', data: 'mark', id: null } });
  await until(() => second.events.length);
  channel.close();
  first.line.close();
  await until(() => lines.length === 2 && open().length === 1);
  assert.equal(lines[1].after, '41');
  second.line.close();
});

test('a tab that is seen takes over from one that sleeps, and a hidden one does not', { timeout: 60_000 }, async () => {
  const asleep = lockManager();
  // Somebody holds the lock and says nothing, as a frozen tab does.
  let stolen = false;
  asleep.request('x', {}, () => new Promise(() => {})).catch(() => (stolen = true));
  const states = [];
  const wishes = { url: '/events', fetch: silent, onEvent() {}, onState: (state) => states.push(state) };
  const asked = new Set();
  const channel = new BroadcastChannel('okrug.events.sleeper');
  channel.onmessage = ({ data }) => data.ask && asked.add(data.from);
  const hidden = share('sleeper', wishes, { locks: asleep, hidden: () => true });
  const visible = share('sleeper', wishes, { locks: asleep, hidden: () => false });
  await until(() => stolen && states.length);
  assert.equal(states[0], 'live');
  assert.equal(asked.size, 1, 'the hidden one asks nobody');
  channel.close();
  hidden.close();
  visible.close();
});

test('without locks every tab listens for itself', async () => {
  const states = [];
  const line = share('alone', { url: '/events', fetch: silent, onEvent() {}, onState: (state) => states.push(state) }, { locks: undefined });
  await until(() => states.length);
  line.close();
});
