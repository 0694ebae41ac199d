// Renews the list of modules that index.html lets the browser fetch at once: `npm run preload`.

import { readFileSync, writeFileSync } from 'node:fs';

import { MODULES, ROOT, VENDORED, source } from './files.mjs';

/** Imports of a module as paths in the page's folder. */
export function imports(path) {
  return [...source(path).matchAll(/^(?:import|export) .*from '([^']+)'/gm)].map(([, to]) => new URL(to, `http://page/${path}`).pathname.slice(1));
}

/** What a module loads when it is asked for. */
export const later = (path) =>
  [...source(path).replace(/\/\*[\s\S]*?\*\//g, '').matchAll(/\bimport\('([^']+)'\)/g)].map(([, to]) => new URL(to, `http://page/${path}`).pathname.slice(1));

/** Modules that a module needs before it runs, and theirs; `also` adds what they load later. */
export function closure(path, also = () => [], found = new Set()) {
  if (found.has(path)) return found;
  found.add(path);
  for (const to of [...(path.startsWith('vendor/') ? [] : imports(path)), ...also(path)]) closure(to, also, found);
  return found;
}

/** What the first screen needs beside `main.js`. */
export const FIRST = () => [...VENDORED, ...MODULES.filter((path) => path !== 'js/main.js' && closure('js/main.js').has(path))];

if (process.argv[1].endsWith('preload.mjs')) {
  const lines = FIRST().map((path) => `<link rel="modulepreload" href="/page/0/${path}">`).join('\n');
  const index = readFileSync(`${ROOT}index.html`, 'utf8').replace(/(<link rel="modulepreload"[^>]*>\n)+/, `${lines}\n`);
  writeFileSync(`${ROOT}index.html`, index);
}
