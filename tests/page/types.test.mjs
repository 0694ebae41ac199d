import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

import { generated } from './types.mjs';

test('the types of the API are those of openapi.json', async () => {
  const committed = readFileSync(new URL('types/api.d.ts', import.meta.url), 'utf8');
  assert.ok(committed === (await generated()), 'types/api.d.ts is old: run npm run types here and look at the difference');
});

test('the modules of the page hold their types', () => {
  const tsc = createRequire(import.meta.url).resolve('typescript/bin/tsc');
  const { stdout, status } = spawnSync(process.execPath, [tsc, '--project', fileURLToPath(new URL('.', import.meta.url))], { encoding: 'utf8' });
  assert.equal(status, 0, stdout);
});
