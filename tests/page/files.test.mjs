import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';

import { POLICY } from './fake/server.mjs';
import { MODULES, STYLES, VENDORED, source } from './files.mjs';
import { FIRST, closure, imports, later } from './preload.mjs';

const LADDER = ['base', 'link', 'state', 'view', 'main.js'];
const rung = (path) => LADDER.indexOf(path.split('/')[1]);

test('the index loads what the first screen needs and nothing else', () => {
  const named = [...source('index.html').matchAll(/"\/page\/0\/([^"]+)"/g)].map(([, path]) => path).sort();
  const wanted = ['js/main.js', ...FIRST(), ...STYLES.filter((path) => !/\/(late|plain)\.css$/.test(path)), 'app.webmanifest', 'icon.svg'];
  assert.deepEqual(named, wanted.sort(), 'index.html is old: run npm run preload here');
});

test('every module is loaded at some time', () => {
  const all = closure('js/main.js', later);
  assert.deepEqual(MODULES.filter((path) => !all.has(path)), []);
});

test('modules import from their own rung and from those below', () => {
  for (const path of MODULES) {
    for (const to of imports(path)) {
      if (to.startsWith('vendor/')) continue;
      assert.ok(MODULES.includes(to), `${path} imports ${to}, which is not there`);
      assert.ok(rung(to) <= rung(path), `${path} imports ${to}`);
    }
  }
});

test('no module imports in a circle', () => {
  const done = new Set();
  const walk = (path, way) => {
    assert.ok(!way.includes(path), [...way, path].join(' -> '));
    if (done.has(path)) return;
    for (const to of imports(path)) if (to.startsWith('js/')) walk(to, [...way, path]);
    done.add(path);
  };
  MODULES.forEach((path) => walk(path, []));
});

test('nothing turns text into markup or code', () => {
  const sinks = /innerHTML|outerHTML|insertAdjacentHTML|dangerouslySetInnerHTML|document\.write|\beval\(|new Function|srcdoc|javascript:/;
  for (const path of MODULES) assert.doesNotMatch(source(path), sinks, path);
});

/** The fixed texts of template literals with the tag before each, nested ones too. */
function templates(code) {
  const texts = [];
  const open = [];
  for (const [token, comment] of code.matchAll(/(\/\/.*|\/\*[\s\S]*?\*\/)|'(?:[^'\\\n]|\\.)*'|\w*`|\$\{|[{}]|[^`]/g)) {
    const inText = open.at(-1)?.text !== undefined;
    if (inText && token.endsWith('`')) open.at(-1).text += token.slice(0, -1), texts.push(open.pop());
    else if (inText && token === '${') open.push({ depth: 0 });
    else if (inText) open.at(-1).text += token;
    else if (comment) continue;
    else if (token.endsWith('`')) open.push({ tag: token.slice(0, -1), text: '' });
    else if (token === '{' && open.length) open.at(-1).depth++;
    else if (token === '}' && open.length && open.at(-1).depth-- === 0) open.pop();
  }
  assert.equal(open.length, 0, code.slice(0, 80));
  return texts;
}

test('the node may strip indentation and lines of comment from what it serves', () => {
  for (const path of MODULES) {
    for (const { tag, text } of templates(source(path)).filter((each) => each.text.includes('\n'))) {
      assert.equal(tag, 'html', `${path}: ${text}`);
      assert.doesNotMatch(text, /^\s*\/[/*]/m, path);
    }
  }
  for (const path of [...MODULES, ...STYLES]) assert.doesNotMatch(source(path), /^\s*\/?\*(?!.*\*\/$).*\*\//m, path);
});

test('vendored files are those of the lock', () => {
  const lock = JSON.parse(source('vendor/vendor.lock'));
  assert.deepEqual(lock.map(({ file }) => `vendor/${file}`).sort(), VENDORED);
  const licences = source('vendor/LICENSES.txt');
  for (const { file, name, version, sha256 } of lock) {
    assert.equal(createHash('sha256').update(source(`vendor/${file}`)).digest('hex'), sha256, file);
    assert.ok(licences.includes(`${name} ${version} (`), name);
  }
});

test('vendored files import each other only', () => {
  for (const path of VENDORED) {
    for (const [, to] of source(path).matchAll(/\bfrom\s*"([^"]+)"/g)) assert.ok(VENDORED.includes(to.replace('./', 'vendor/')), `${path}: ${to}`);
  }
});

test('the fake node serves under the policy of the real one', () => {
  const real = readFileSync(new URL('../../node/src/page/serve.rs', import.meta.url), 'utf8');
  const [, policy] = real.match(/CONTENT_SECURITY_POLICY: &str = "([^"]+)"/);
  assert.equal(POLICY, policy.replace(/\\\n\s*/g, ''));
});
