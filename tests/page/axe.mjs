// What axe-core and the size of the screen have to say of a page.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

/** Runs every rule in the page; of the answer only what is wrong is carried out of it, since all of it is half a megabyte. */
const look = (page) => page.evaluate(async (rules) => {
  const { violations, passes } = await axe.run(document, { runOnly: rules, resultTypes: ['violations'] });
  return { wrong: violations.map(({ id, nodes }) => [id, nodes[0].html, nodes[0].failureSummary]), right: passes.length, wide: document.documentElement.scrollWidth - innerWidth };
}, RULES);

/** Holds that a screen is accessible and not wider than the window. */
export async function check(page, what) {
  if (!(await page.evaluate(() => 'axe' in window))) await page.evaluate(AXE);
  const { wrong, right, wide } = await look(page);
  assert.deepEqual(wrong, [], what);
  assert.ok(right >= 15, `${what}: only ${right} rules had anything to look at`);
  assert.ok(wide <= 0, `${what} is ${wide} px too wide`);
}
