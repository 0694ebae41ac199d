import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';

import { notice } from '../../node/page/js/state/notice.js';
import { choose } from '../../node/page/js/state/settings.js';

/** What a browser showed, and by whom. */
let shown;

class Shown {
  static permission = 'granted';
  constructor(title, { body }) {
    shown.push(['page', title, body]);
  }
}

const message = (precedence, more = {}) => ({ id: 'm1', chat: 'u5', text: 'Вода поднялась', precedence, mine: false, author: { name: 'Дежурный' }, ...more });
const asNavigator = (value) => Object.defineProperty(globalThis, 'navigator', { value, configurable: true });

beforeEach(() => {
  shown = [];
  Object.assign(globalThis, { Notification: Shown, document: { hidden: true, documentElement: { lang: 'ru' } } });
  asNavigator({});
  choose({ notify: true, sounds: false, quiet: false });
});
afterEach(() => choose({ notify: false, quiet: false }));

test('a page that is not seen shows what came from others, and with it how pressing it is', () => {
  notice(message('routine'));
  notice(message('urgent'));
  notice(message('flash', { mine: true }));
  assert.deepEqual(shown.map(([by, , body]) => [by, body]), [['page', 'Дежурный: Вода поднялась'], ['page', 'Дежурный: Вода поднялась']]);
  assert.notEqual(shown[0][1], shown[1][1]);
});

test('nothing is shown on a page that is seen, or to whoever did not ask, or where the browser forbids it', () => {
  document.hidden = false;
  notice(message('flash'));
  document.hidden = true;
  choose({ notify: false });
  notice(message('flash'));
  choose({ notify: true });
  Shown.permission = 'denied';
  notice(message('flash'));
  Shown.permission = 'granted';
  assert.deepEqual(shown, []);
});

test('in quiet hours only flash is shown', () => {
  choose({ quiet: true, from: '00:00', until: '23:59' });
  for (const precedence of ['routine', 'urgent', 'flash']) notice(message(precedence));
  assert.equal(shown.length, 1);
});

test('on a phone the worker of the installed page shows it', async () => {
  globalThis.Notification = class {
    static permission = 'granted';
    constructor() {
      throw new TypeError('Illegal constructor');
    }
  };
  const worker = { showNotification: (title, { body }) => shown.push(['worker', title, body]) };
  asNavigator({ serviceWorker: { getRegistration: async () => worker } });
  notice(message('flash'));
  await new Promise((resolve) => setImmediate(resolve));
  assert.deepEqual(shown.map(([by]) => by), ['worker']);
  asNavigator({});
  notice(message('flash'));
});
