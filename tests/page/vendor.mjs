// Copies the page's three libraries out of node_modules into node/page/vendor, with their lock and licences.
//
// Run after `npm ci` in this folder. Bare imports become relative ones, so that the page needs no import map and the
// policy stays `script-src 'self'`; nothing else in the files changes.

import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const modules = fileURLToPath(new URL('node_modules/', import.meta.url));
const vendor = fileURLToPath(new URL('../../node/page/vendor/', import.meta.url));

const files = [
  { name: 'preact', from: 'dist/preact.mjs', file: 'preact.js' },
  { name: 'preact', from: 'hooks/dist/hooks.mjs', file: 'hooks.js' },
  { name: '@preact/signals-core', from: 'dist/signals-core.mjs', file: 'signals-core.js' },
  { name: '@preact/signals', from: 'dist/signals.mjs', file: 'signals.js' },
  { name: 'htm', from: 'dist/htm.mjs', file: 'htm.js' },
];

const addresses = { preact: './preact.js', 'preact/hooks': './hooks.js', '@preact/signals-core': './signals-core.js' };
const lock = JSON.parse(readFileSync(new URL('package-lock.json', import.meta.url), 'utf8'));

const localise = (source) =>
  source
    .replace(/\n?\/\/# sourceMappingURL=.*\n?$/, '\n')
    .replace(/\bfrom\s*"([^"]+)"/g, (_, name) => `from"${addresses[name] ?? fail(`no local address for ${name}`)}"`);

function fail(why) {
  throw new Error(why);
}

mkdirSync(vendor, { recursive: true });
const rows = files.map(({ name, from, file }) => {
  const source = localise(readFileSync(`${modules}${name}/${from}`, 'utf8'));
  writeFileSync(vendor + file, source);
  const { version, integrity } = lock.packages[`node_modules/${name}`];
  return { file, name, version, from, integrity, sha256: createHash('sha256').update(source).digest('hex') };
});
writeFileSync(`${vendor}vendor.lock`, `${JSON.stringify(rows, null, 2)}\n`);

const licences = [...new Set(files.map(({ name }) => name))].map((name) => {
  const { version, license } = JSON.parse(readFileSync(`${modules}${name}/package.json`, 'utf8'));
  return `${name} ${version} (${license})\n\n${readFileSync(`${modules}${name}/LICENSE`, 'utf8').trim()}\n`;
});
writeFileSync(`${vendor}LICENSES.txt`, licences.join(`\n${'-'.repeat(80)}\n\n`));
