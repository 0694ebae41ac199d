// The node's events: one connection, resumed where it broke.
//
// `EventSource` hides comments, and on some phones keeps a dead line open: here silence of 45 s ends a connection.

import { backoff } from '../base/backoff.js';
import { reader } from '../base/sse.js';

const SILENCE_MS = 45_000;
/** A server that ends every connection at once is not asked more often than this. */
const SOON_MS = 250;
/** After a sleep of the page a line that was silent this long is not trusted. */
const STALE_MS = 25_000;

/**
 * What is told of a connection.
 *
 * @typedef {'live' | 'lost' | 'crowded' | 'ended'} State
 */

/**
 * Listens to events until `close()`.
 *
 * `onEvent({ type, data, id })` gets parsed JSON. `onState` gets `live` for each new connection (and whether
 * it goes on where the last one broke or `after` said), `lost` for each failed attempt, `crowded` where
 * the session has as many streams as it may, `ended` when it is over. `poke()` tries now what would be tried later.
 *
 * @param {{
 *   url: string, onEvent: (event: { type: string, data: any, id: string | null }) => void, onState: (state: State, resumed?: boolean) => void,
 *   after?: string | null, onPlace?: (id: string) => void, fetch?: typeof globalThis.fetch, now?: () => number, waits?: ReturnType<typeof backoff>,
 * }} wishes
 */
export function listen({ url, onEvent, onState, after = null, onPlace = () => {}, fetch = globalThis.fetch, now = Date.now, waits = backoff() }) {
  let lastId = after;
  let heard = 0;
  let closed = false;
  /** @type {AbortController | null} */
  let abort = null;
  /** @type {(() => void) | null} */
  let wake = null;

  /** @returns {Promise<State | 'broken'>} */
  async function once() {
    let live = false;
    const resumed = lastId !== null;
    const line = (abort = new AbortController());
    const watchdog = setInterval(() => now() - heard > SILENCE_MS && line.abort(), 1000);
    heard = now();
    try {
      /** @type {Record<string, string>} */
      const headers = { Accept: 'text/event-stream' };
      if (lastId !== null) headers['Last-Event-ID'] = lastId;
      const answer = await fetch(url, { headers, credentials: 'same-origin', cache: 'no-store', signal: line.signal });
      if (answer.status === 401) return 'ended';
      if (answer.status === 429) return 'crowded';
      if (!answer.ok || !answer.body) return 'lost';
      waits.reset();
      live = true;
      onState('live', resumed);
      await drain(answer.body.getReader());
    } catch {
      // The line broke, or fell silent and was cut above: the loop tells the two cases apart by `live`.
    } finally {
      clearInterval(watchdog);
    }
    return live ? 'broken' : 'lost';
  }

  /** @param {ReadableStreamDefaultReader<Uint8Array>} body */
  async function drain(body) {
    const events = reader();
    const decoder = new TextDecoder();
    for (;;) {
      const { done, value } = await body.read();
      if (done || closed) return;
      heard = now();
      for (const event of events.push(decoder.decode(value, { stream: true }))) {
        if (event.id !== null) lastId = event.id;
        if (event.type === 'comment') event.id === null || onPlace(event.id);
        else onEvent({ type: event.type, data: JSON.parse(event.data), id: event.id });
      }
    }
  }

  async function run() {
    while (!closed) {
      const end = await once();
      if (closed) return;
      if (end === 'ended') return void onState('ended');
      // A connection that worked and broke is tried again soon and silently; only a failed attempt is a loss.
      if (end !== 'broken') onState(end);
      await /** @type {Promise<void>} */ (new Promise((resolve) => {
        const timer = setTimeout(resolve, end === 'broken' ? SOON_MS : waits.next());
        wake = () => (clearTimeout(timer), resolve());
      }));
      wake = null;
    }
  }

  run();
  return {
    poke() {
      if (wake) wake();
      else if (now() - heard > STALE_MS) abort?.abort();
    },
    close() {
      closed = true;
      abort?.abort();
      wake?.();
    },
  };
}
