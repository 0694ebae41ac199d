import assert from 'node:assert/strict';
import { afterEach, beforeEach, mock, test } from 'node:test';

import { backoff } from '../../node/page/js/base/backoff.js';
import { listen } from '../../node/page/js/link/stream.js';

beforeEach(() => mock.timers.enable({ apis: ['setTimeout', 'setInterval', 'Date'] }));
afterEach(() => mock.timers.reset());

const settle = async () => {
  for (let i = 0; i < 20; i++) await Promise.resolve();
  await new Promise((resolve) => setImmediate(resolve));
};

/** A node whose answers the test plays: `calls` holds the request headers, `say` writes to the open connection. */
function stage(answers = []) {
  const calls = [];
  let feed = null;
  const fetch = async (url, { headers, signal }) => {
    calls.push(headers);
    const answer = answers.shift() ?? 200;
    if (answer === 'down') throw new TypeError('refused');
    if (answer !== 200) return new Response('', { status: answer });
    const body = new ReadableStream({ start: (controller) => (feed = controller) });
    signal.addEventListener('abort', () => feed.error(new Error('aborted')));
    return new Response(body);
  };
  const events = [];
  const states = [];
  const stream = listen({
    url: '/events', fetch, waits: backoff({ random: () => 0 }), onEvent: ({ type, data }) => events.push([type, data]), onState: (...state) => states.push(state.join(' ')),
  });
  return {
    calls, events, states, stream,
    say: async (text) => (feed.enqueue(new TextEncoder().encode(text)), settle()),
    end: async () => (feed.close(), settle()),
    pass: async (ms) => (mock.timers.tick(ms), settle()),
  };
}

test('a broken connection resumes after the last event heard', async () => {
  const { calls, events, states, say, end, pass, stream } = stage();
  await settle();
  await say('id: 41\nevent: peer\ndata: {"office":"o2"}\n\n');
  await end();
  await pass(300);
  assert.deepEqual(events, [['peer', { office: 'o2' }]]);
  assert.deepEqual(calls.map((headers) => headers['Last-Event-ID']), [undefined, '41']);
  assert.deepEqual(states, ['live false', 'live true']);
  stream.close();
});

test('a connection that breaks before anything has happened resumes where it began', async () => {
  const { calls, states, say, end, pass, stream } = stage();
  await settle();
  await say('id: 17\nretry: 2000\n: okrug\n\n');
  await end();
  await pass(300);
  assert.deepEqual(calls.map((headers) => headers['Last-Event-ID']), [undefined, '17']);
  assert.deepEqual(states, ['live false', 'live true']);
  stream.close();
});

test('a connection without pings for 45 seconds is given up', async () => {
  const { calls, say, pass, stream } = stage();
  await settle();
  await pass(30_000);
  await say(': ping\n\n');
  await pass(44_000);
  assert.equal(calls.length, 1);
  await pass(3_000);
  await pass(300);
  assert.equal(calls.length, 2);
  stream.close();
});

test('a node that is down is tried with growing waits and then found', async () => {
  const { calls, states, pass, stream } = stage(['down', 503, 'down', 200]);
  await settle();
  for (const wait of [1000, 2000, 4000]) await pass(wait);
  assert.equal(calls.length, 4);
  assert.deepEqual(states, ['lost', 'lost', 'lost', 'live false']);
  stream.close();
});

test('a poke tries at once', async () => {
  const { calls, states, stream } = stage(['down', 200]);
  await settle();
  stream.poke();
  await settle();
  assert.equal(calls.length, 2);
  assert.deepEqual(states, ['lost', 'live false']);
  stream.close();
});

test('an ended session ends the stream', async () => {
  const { calls, states, pass } = stage([401]);
  await settle();
  await pass(60_000);
  assert.equal(calls.length, 1);
  assert.deepEqual(states, ['ended']);
});

test('a session with too many streams is told from a lost node', async () => {
  const { states, pass, stream } = stage([429, 200]);
  await settle();
  await pass(1000);
  assert.deepEqual(states, ['crowded', 'live false']);
  stream.close();
});

test('a closed stream stays closed', async () => {
  const { calls, stream, pass } = stage();
  await settle();
  stream.close();
  await pass(60_000);
  assert.equal(calls.length, 1);
});
