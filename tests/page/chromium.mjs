// The browser of the tests: Debian's Chromium, driven by playwright-core.

import { existsSync } from 'node:fs';

import { chromium } from 'playwright-core';

const PATHS = [process.env.OKRUG_CHROMIUM, '/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];
/** How Chromium is started everywhere. */
export const FLAGS = ['--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-background-networking', '--disable-dev-shm-usage'];

/** Screens that the page must fit. */
export const DESKTOP = { viewport: { width: 1366, height: 768 } };
export const PHONE = { viewport: { width: 360, height: 800 }, hasTouch: true, isMobile: true };

/** A machine may be slow and busy with other things: a condition is waited for so long. */
const PATIENCE_MS = 90_000;

/** How much slower than it is the browser shall be, to find tests that count on its speed. */
const SLOW = Number(process.env.OKRUG_SLOW ?? 1);

/** Where the browser is, or null. */
export const browserPath = () => PATHS.find((path) => path && existsSync(path)) ?? null;

/** Starts the browser, with more flags if need be; without one a test cannot run and says so. */
export async function launch(more = []) {
  const executablePath = browserPath();
  if (!executablePath) throw new Error('no Chromium: apt-get install chromium, or set OKRUG_CHROMIUM');
  return chromium.launch({ executablePath, args: [...FLAGS, ...more] });
}

/**
 * Opens a page in a context of its own and collects what must never happen: errors of scripts, breaches of the
 * policy, dialogs. A node that does not answer is no error of a script. The worker that keeps the shell is left out
 * unless a test is about it: what it keeps hides what the node gives.
 */
export async function visit(browser, url, options = {}) {
  const context = await browser.newContext({ locale: 'ru-RU', serviceWorkers: 'block', ...DESKTOP, ...options });
  context.setDefaultTimeout(PATIENCE_MS);
  const page = await context.newPage();
  if (SLOW > 1) await (await context.newCDPSession(page)).send('Emulation.setCPUThrottlingRate', { rate: SLOW });
  const faults = [];
  page.on('pageerror', (error) => faults.push(error.message));
  page.on('dialog', (dialog) => (faults.push(`dialog ${dialog.message()}`), dialog.dismiss()));
  page.on('console', (message) => message.type() === 'error' && !message.text().startsWith('Failed to load resource') && faults.push(message.text()));
  await page.goto(url);
  return { page, context, faults };
}

/** Signs in and waits for the room. */
export async function enter(page, login, password) {
  await page.fill('#login', login);
  await page.fill('#password', password);
  await page.keyboard.press('Enter');
  await page.waitForSelector('.frame .row');
}

/** Opens a conversation by its title; of those with one title, the first. */
export async function open(page, title) {
  await page.locator('.row', { has: page.locator(`.row-title:text-is("${title}")`) }).first().click();
  await page.waitForSelector(`.talk-title h1:has-text("${title}")`);
  await page.waitForSelector('.log-rows > .msg, .log-rows > .hint:not([aria-busy])', { state: 'attached' });
}

/** Writes and sends. */
export async function say(page, text) {
  await page.fill('#write', text);
  await page.click('.write-send');
}

/** Waits until what is written, and not sent, is this. */
export const written = (page, text) => page.waitForFunction((wanted) => document.getElementById('write')?.value === wanted, text);

/** Waits until there are so many of something. */
export const count = (page, selector, wanted) => page.waitForFunction(([of, n]) => document.querySelectorAll(of).length === n, [selector, wanted]);

/** The message that has this text. */
export const message = (page, text) => page.locator('.msg', { has: page.locator('.msg-text', { hasText: text }) });
