// One connection for all tabs of a browser: the tab that holds the lock listens, and tells the others.
//
// A browser opens six connections to a node, so seven tabs that listen each for themselves would leave none for anything else.

import { listen } from './stream.js';

/** A tab that listens answers at once, unless the system has put it to sleep. */
const PATIENCE_MS = 5000;
/** How often a tab that is seen asks whether the one that listens is awake. */
const ASK_MS = 45_000;

/** @typedef {{ from: string, to?: string, ask?: true, at?: string | null, state?: import('./stream.js').State, resumed?: boolean, event?: any }} Word */

/**
 * As `listen`, for all tabs of a person together. Where the browser has no locks, every tab listens for itself.
 *
 * @param {string} person
 * @param {Parameters<typeof listen>[0]} wishes
 * @param {{ locks?: LockManager, hidden?: () => boolean }} [browser]
 */
export function share(person, wishes, { locks = globalThis.navigator?.locks, hidden = () => document.hidden } = {}) {
  if (!locks || typeof BroadcastChannel === 'undefined') return listen(wishes);
  const name = `okrug.events.${person}`;
  const channel = new BroadcastChannel(name);
  const me = crypto.randomUUID();
  /** @type {ReturnType<typeof listen> | null} */
  let stream = null;
  /** @type {import('./stream.js').State | null} */
  let now = null;
  /** @type {string | null} */
  let at = null;
  let heard = false;
  let closed = false;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let unanswered;

  /** @param {Omit<Word, 'from'>} word */
  const say = (word) => channel.postMessage({ from: me, at, ...word });

  /** @param {import('./stream.js').State} state @param {boolean} resumed */
  function become(state, resumed) {
    now = state;
    heard ||= state === 'live';
    wishes.onState(state, resumed);
  }

  /** Listens for all until the lock is taken away. */
  function lead() {
    clearTimeout(unanswered);
    if (closed || stream) return;
    stream = listen({
      ...wishes,
      after: at,
      onPlace: (id) => ((at = id), say({})),
      onEvent: (event) => ((at = event.id ?? at), say({ event }), wishes.onEvent(event)),
      onState: (state, resumed = false) => (say({ state, resumed }), become(state, resumed)),
    });
    return /** @type {Promise<void>} */ (new Promise((resolve) => (release = resolve)));
  }
  let release = () => {};

  /** @param {LockOptions} [how] */
  function stand(how = {}) {
    locks.request(name, how, lead).catch(() => {
      // Another tab took the lock from this one, which seemed asleep: it listens now.
      stream?.close();
      stream = null;
      if (!closed) stand();
    });
  }

  function ask() {
    if (stream || closed || hidden()) return;
    say({ ask: true });
    clearTimeout(unanswered);
    unanswered = setTimeout(() => stream || closed || stand({ steal: true }), PATIENCE_MS);
  }

  channel.onmessage = ({ data }) => {
    const word = /** @type {Word} */ (data);
    if (word.ask) return void (stream && now && say({ to: word.from, state: now }));
    if (stream || (word.to && word.to !== me)) return;
    clearTimeout(unanswered);
    at = word.at ?? at;
    if (word.event) wishes.onEvent(word.event);
    // An answer to this tab alone says how it is, and is news only where it differs.
    if (word.state && (!word.to || word.state !== now)) become(word.state, word.to ? heard : heard && !!word.resumed);
  };
  stand();
  ask();
  const asking = setInterval(ask, ASK_MS);

  return {
    poke: () => (stream ? stream.poke() : ask()),
    close() {
      closed = true;
      clearInterval(asking);
      clearTimeout(unanswered);
      stream?.close();
      stream = null;
      release();
      channel.close();
    },
  };
}
