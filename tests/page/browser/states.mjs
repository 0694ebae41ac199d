// Every screen in every state that it can be in, in both languages, on a desktop and on a phone: each says what is so, in
// words, and is accessible and not too wide while it does. On the fake node.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { lang, learnAll, t } from '../../../node/page/js/base/words.js';
import { check } from '../axe.mjs';
import { DESKTOP, PHONE, launch, visit } from '../chromium.mjs';
import { fakeNode } from '../fake/node.mjs';
import { serve } from '../fake/server.mjs';
import { tell } from '../fake/story.mjs';

const HOUR = 3_600_000;
await Promise.all([learnAll('ru'), learnAll('en')]);

let browser;
before(async () => (browser = await launch()));
after(() => browser?.close());

/** Where each screen is, and by what one sees that it is there. */
const SCREENS = {
  list: { hash: '#/', there: '.side-panel' },
  directory: { hash: '#/', there: '#tab-org', open: (page) => page.click('#tab-org') },
  conversation: { hash: '#/chat/u3', there: '.talk' },
  'quick find': {
    hash: '#/',
    there: '.top',
    async open(page) {
      await page.keyboard.press('Control+KeyK');
      await page.waitForSelector('.find input:focus');
    },
    async done(page) {
      await page.keyboard.press('Escape');
      await page.waitForSelector('.find', { state: 'detached' });
    },
  },
  outbox: { hash: '#/outbox', there: '.screen' },
  settings: { hash: '#/settings', there: '.screen' },
  sessions: { hash: '#/sessions', there: '.screen' },
  node: { hash: '#/node', there: '.screen' },
};

/** The screen with a text in it, in the words of the page. */
const says = (selector, key, params) => ({ selector, text: t(key, params) });
const busy = (selector) => ({ selector: `${selector} [aria-busy=true], ${selector}[aria-busy=true]` });
/** The same on every screen: a banner. */
const banner = (...keys) => Object.fromEntries(Object.keys(SCREENS).map((name) => [name, keys.map((key) => says('.banner', key))]));

/** How a node comes into a state, before anybody is signed in or after, and what each screen then shows. */
const STATES = {
  'as it should be': { shows: () => ({
    list: [{ selector: '.row' }], directory: [{ selector: '.tree .person' }], conversation: [{ selector: '.msg' }, { selector: '#write' }], 'quick find': [{ selector: '.find-item' }],
    outbox: [{ selector: '.table' }], settings: [{ selector: '.keys' }], sessions: [says('.panel', 'ses.alone')], node: [says('.panel', 'it.calm'), { selector: '.picture img' }],
  }) },
  empty: {
    make(node) {
      node.chats.clear();
      node.messages.clear();
      node.queue = {};
      node.hours = [];
      node.tree.offices.splice(0, Infinity, ...node.tree.offices.filter(({ here }) => here));
      node.tree.people.splice(0, Infinity, ...node.tree.people.filter(({ me }) => me));
      node.tree.roles.splice(0);
    },
    shows: () => ({
      list: [says('.side-panel .hint', 'chat.none')], directory: [{ selector: '.tree' }], conversation: [says('.talk-none', 'chat.choose')], 'quick find': [{ selector: '.find' }],
      outbox: [says('.out-done', 'out.none')], settings: [{ selector: '.keys' }], sessions: [says('.panel', 'ses.alone')], node: [says('.panel', 'it.calm'), says('.tile', 'it.empty')],
    }),
  },
  loading: {
    hold: true,
    shows: () => ({
      list: [busy('.side-panel')], directory: [busy('.side-panel')], conversation: [says('.talk-none', 'app.loading')], 'quick find': [{ selector: '.find' }],
      outbox: [busy('.screen')], settings: [{ selector: '.keys' }], sessions: [busy('.screen')], node: [busy('.screen')],
    }),
  },
  'node lost': {
    later(node, server) {
      server.faults.down = true;
      server.drop();
    },
    shows: () => ({ ...banner('ban.node'), sessions: [says('.banner', 'ban.node'), says('.fault', 'ban.retry')] }),
  },
  'office offline': {
    make: (node) => node.link('o4', 'down', Date.now() - 3 * HOUR),
    shows: () => Object.fromEntries(Object.keys(SCREENS).map((name) => [name, [{ selector: '.banner-warn', text: 'Берёзовскому' }]])),
  },
  'not enrolled': { make: (node) => (node.health = { enrolled: false }), shows: () => banner('ban.unlisted') },
  'read-only': {
    make(node) {
      node.rights = ['it'];
      for (const chat of node.chats.values()) chat.can_post = false;
    },
    shows: () => ({ ...banner('ban.reader'), conversation: [says('.banner', 'ban.reader'), says('.closed', 'write.reader')] }),
  },
  suspended: {
    make(node) {
      node.suspended = true;
      node.rights = ['it'];
      for (const chat of node.chats.values()) chat.can_post = false;
    },
    shows: () => ({ ...banner('ban.suspended'), conversation: [says('.banner', 'ban.suspended'), { selector: '.closed' }] }),
  },
  revoked: { make: (node) => (node.revoked = true), shows: () => banner('ban.revoked') },
  'disk full': { make: (node) => (node.health = { disk: { free: 0, size: 2e10 } }), shows: () => banner('ban.full') },
  'clock wrong': { make: (node) => (node.health = { clock: { now: '1970-01-01T03:00:00.000Z', plausible: false } }), shows: () => ({ ...banner('ban.clock'), node: [says('.banner', 'ban.clock'), says('.facts', 'it.clock_bad')] }) },
};

/** Goes to a screen and waits until it is there. */
async function go(page, url, { hash, there, open }) {
  await page.goto(`${url}${hash}`);
  if (hash === '#/') await page.click('#tab-chats');
  await page.waitForSelector(there);
  await open?.(page);
}

/** Goes through all screens. */
async function tour(page, url, each) {
  for (const [name, screen] of Object.entries(SCREENS)) {
    await go(page, url, screen);
    await each(name);
    await screen.done?.(page);
  }
}

for (const [size, options] of [['desktop', DESKTOP], ['phone', PHONE]]) {
  for (const [code, locale] of [['ru', 'ru-RU'], ['en', 'en-GB']]) {
    for (const [state, { make, later, hold = false, shows }] of Object.entries(STATES)) {
      test(`every screen says so: ${state}, ${code}, ${size}`, { timeout: 900_000 }, async () => {
        lang.value = code;
        const node = fakeNode();
        node.rights = ['post', 'it'];
        tell(node);
        make?.(node);
        const server = await serve(node);
        const { page, context, faults } = await visit(browser, server.url, { ...options, locale });
        try {
          server.faults.hold = hold;
          await page.fill('#login', 'login');
          await page.fill('#password', 'okrug');
          await page.keyboard.press('Enter');
          await page.waitForSelector('.frame');
          if (later) {
            // What is fetched when it is first shown is fetched while the node is there, as it is a few seconds after signing in.
            await tour(page, server.url, async () => {});
            later(node, server);
          }
          const wanted = shows();
          await tour(page, server.url, async (name) => {
            for (const { selector, text } of wanted[name]) await page.locator(selector, text ? { hasText: text } : {}).first().waitFor({ state: 'attached' });
            await check(page, `${state}: ${name}, ${code}, ${size}`);
          });
          assert.deepEqual(faults, []);
        } finally {
          await context.close();
          await server.close();
        }
      });
    }
  }
}
