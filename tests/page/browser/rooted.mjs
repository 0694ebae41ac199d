// A machine on which the district's root is installed as a root of websites, as /trust says how: Chromium itself, with nothing
// told to look away, opens the page, keeps its shell and offers to install it. What the root is not for stays refused.

import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';

import { chromium } from 'playwright-core';

import { DESKTOP, FLAGS, browserPath } from '../chromium.mjs';
import { PASSWORD, office } from '../office.mjs';
import { constraint, forger, serveUnder, shown, signs, speaks } from '../twin.mjs';

const PATIENCE_MS = 90_000;
/** No host but this machine: names lead nowhere else. */
const NAMES = ['kotlas.okrug.internal', 'urai.okrug.internal', 'bank.example'];

/** The home of a user who has installed one root: Chromium reads roots from there and from nowhere else. */
function homeWith(root) {
  const home = mkdtempSync(join(tmpdir(), 'okrug-home-'));
  const store = `sql:${join(home, '.pki/nssdb')}`;
  mkdirSync(join(home, '.pki/nssdb'), { recursive: true });
  writeFileSync(join(home, 'root.pem'), root);
  execFileSync('certutil', ['-N', '--empty-password', '-d', store]);
  execFileSync('certutil', ['-A', '-d', store, '-n', 'Округ', '-t', 'C,,', '-i', join(home, 'root.pem')]);
  return home;
}

/** Chromium of that user, with the profile that a user has: an app is not offered in a private window. */
async function userOf(home) {
  const rules = NAMES.map((name) => `MAP ${name} 127.0.0.1`).join(', ');
  const context = await chromium.launchPersistentContext(join(home, 'profile'), {
    executablePath: browserPath(), args: [...FLAGS, `--host-resolver-rules=${rules}`], env: { ...process.env, HOME: home }, locale: 'ru-RU', ...DESKTOP,
  });
  context.setDefaultTimeout(PATIENCE_MS);
  return context;
}

/** What Chromium says of a name that no certificate of the chain may speak for. */
const REFUSED = 'ERR_CERT_INVALID';

const lacking = spawnSync('openssl', ['version']).error ? 'openssl is missing; its Debian package is openssl' : false;
const missing = spawnSync('certutil', ['-H']).error ? 'certutil is missing; its Debian package is libnss3-tools' : false;

let site;
const homes = [];
const users = [];
before(async () => {
  site = await office();
  site.certify();
});
after(async () => {
  for (const user of users) await user.close();
  for (const home of homes) rmSync(home, { recursive: true, force: true });
  await site?.stop();
});

async function user(root) {
  homes.push(homeWith(root));
  users.push(await userOf(homes.at(-1)));
  return users.at(-1);
}

test('where the root is installed the page opens without a warning, keeps its shell and is offered as an app', { timeout: 300_000, skip: missing }, async () => {
  const { port } = new URL(`http://${site.host}`);
  const context = await user(site.root());
  const page = await context.newPage();
  const tools = await context.newCDPSession(page);
  await tools.send('Page.enable');
  for (const at of [`https://kotlas.okrug.internal:${port}/`, `https://127.0.0.1:${port}/`]) {
    const answer = await page.goto(at);
    assert.equal(answer.status(), 200, at);
    const shown = await answer.securityDetails();
    assert.match(shown.protocol, /^TLS 1\.[23]$/, at);
    await page.waitForSelector('#login');
  }
  await page.goto(`https://kotlas.okrug.internal:${port}/`);
  await page.fill('#login', 'dezhurny');
  await page.fill('#password', PASSWORD);
  await page.keyboard.press('Enter');
  await page.waitForSelector('.frame .side');
  assert.ok(await page.evaluate(() => isSecureContext));
  const worker = await page.evaluate(() => navigator.serviceWorker.ready.then(({ active }) => active.scriptURL));
  assert.equal(worker, `https://kotlas.okrug.internal:${port}/sw.js`);
  const { errors, data } = await tools.send('Page.getAppManifest');
  assert.deepEqual([errors, JSON.parse(data).lang], [[], 'ru']);
  const { installabilityErrors } = await tools.send('Page.getInstallabilityErrors');
  assert.deepEqual(installabilityErrors, []);
});

test('the root says nothing for another name, and another root nothing for this office', { timeout: 300_000, skip: missing }, async () => {
  const { port } = new URL(`http://${site.host}`);
  const context = users[0];
  const page = await context.newPage();
  // Greeted as another office, or by a name of which the root may not speak at all, the node has only what it signed itself.
  for (const name of ['urai.okrug.internal', 'bank.example']) await assert.rejects(page.goto(`https://${name}:${port}/`), /ERR_CERT_AUTHORITY_INVALID/, name);
  const other = await user(site.otherRoot());
  const stranger = await other.newPage();
  await assert.rejects(stranger.goto(`https://kotlas.okrug.internal:${port}/`), /ERR_CERT_AUTHORITY_INVALID/);
});

test('a certificate that breaks the constraint of the root, or of the office, is refused by the browser; one within it is taken', { timeout: 300_000, skip: missing || lacking }, async () => {
  const { port } = new URL(`http://${site.host}`);
  const dir = mkdtempSync(join(tmpdir(), 'okrug-twin-'));
  homes.push(dir);
  const sign = forger(dir);
  const [, own] = await shown(Number(port), 'kotlas.okrug.internal');
  const root = sign('root', null, signs(constraint(site.root())));
  const kotlas = sign('office', root, signs(constraint(own)));
  const context = await user(root.pem);
  const opened = async (name, ...above) => {
    const forged = await serveUnder([sign(`leaf-${name}-${above.length}`, above[0] ?? root, speaks(name)), ...above]);
    const page = await context.newPage();
    try {
      const answer = await page.goto(`https://${name}:${forged.port}/`);
      return `${answer.status()} ${await answer.text()}`;
    } catch (error) {
      return error.message.match(/ERR_\w+/)?.[0] ?? error.message;
    } finally {
      forged.close();
      await page.close();
    }
  };
  // By the root itself: every office of the district, and nobody else.
  assert.equal(await opened('kotlas.okrug.internal'), '200 served');
  assert.equal(await opened('urai.okrug.internal'), '200 served');
  assert.equal(await opened('bank.example'), REFUSED);
  // By an office, as its node signs its own leaves: this office alone.
  assert.equal(await opened('kotlas.okrug.internal', kotlas), '200 served');
  assert.equal(await opened('urai.okrug.internal', kotlas), REFUSED);
  assert.equal(await opened('bank.example', kotlas), REFUSED);
});
