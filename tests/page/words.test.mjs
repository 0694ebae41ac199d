import assert from 'node:assert/strict';
import { test } from 'node:test';

import { lang, learnAll, preferred, t, tables } from '../../node/page/js/base/words.js';
import { MODULES, source } from './files.mjs';

await Promise.all([learnAll('ru'), learnAll('en')]);

const forms = (entry) => (typeof entry === 'string' ? [entry] : Object.values(entry));
const holes = (text) => [...text.matchAll(/\{(\w+)\}/g)].map(([, name]) => name).sort();

test('both languages have the same keys', () => {
  assert.deepEqual(Object.keys(tables.ru).sort(), Object.keys(tables.en).sort());
});

test('a sentence takes the same parameters in both languages', () => {
  for (const key of Object.keys(tables.ru)) {
    const sets = [...forms(tables.ru[key]), ...forms(tables.en[key])].map((form) => holes(form).join());
    assert.equal(new Set(sets).size, 1, key);
  }
});

test('what is counted has every form that its language needs', () => {
  for (const code of ['ru', 'en']) {
    const needed = new Intl.PluralRules(code).resolvedOptions().pluralCategories;
    for (const [key, entry] of Object.entries(tables[code])) {
      assert.equal(typeof entry, typeof tables.ru[key] === 'object' ? 'object' : 'string', key);
      if (typeof entry === 'object') assert.deepEqual(Object.keys(entry).sort(), [...needed].sort(), `${code} ${key}`);
    }
  }
});

test('Russian counts as Russians do', () => {
  lang.value = 'ru';
  const counted = [1, 2, 5, 11, 21, 22, 25, 101].map((n) => t('chat.offices', { n }));
  assert.deepEqual(counted, ['1 отделение', '2 отделения', '5 отделений', '11 отделений', '21 отделение', '22 отделения', '25 отделений', '101 отделение']);
  lang.value = 'en';
  assert.deepEqual([1, 2].map((n) => t('chat.offices', { n })), ['1 office', '2 offices']);
});

test('every key is used, and every key that is used has words', () => {
  const code = MODULES.filter((path) => !path.includes('words.')).map(source).join('\n');
  const named = new Set([...code.matchAll(/\bt\(\s*'([\w.]+)'/g)].map(([, key]) => key));
  for (const key of named) assert.ok(key in tables.ru, `no words for ${key}`);
  const begun = [...code.matchAll(/\bt\(\s*`([\w.]+\.)\$\{/g)].map(([, start]) => start);
  for (const key of Object.keys(tables.ru)) {
    assert.ok(code.includes(`'${key}'`) || begun.some((start) => key.startsWith(start)), `nothing says ${key}`);
  }
});

test('words of people stand in the tables alone', () => {
  for (const path of MODULES.filter((each) => !each.includes('words.'))) {
    const code = source(path).replace(/\/\*[\s\S]*?\*\//g, '').replace(/\/\/.*$/gm, '');
    assert.doesNotMatch(code.replace("replaceAll('ё', 'е')", ''), /[а-яё]/i, path);
  }
});

test('the browser chooses the language, and English serves all others', () => {
  assert.equal(preferred(['ru-RU', 'en']), 'ru');
  assert.equal(preferred(['de', 'en-GB', 'ru']), 'en');
  assert.equal(preferred(['fi']), 'en');
  assert.equal(preferred([]), 'en');
});

test('delivery is told by the words of the design', () => {
  const rows = [['queued', 'Ждёт связи', 'Waiting for a link'], ['relayed', 'Передано соседям', 'Handed on'], ['delivered', 'Доставлено в отделение', 'Delivered to the office']];
  for (const [code, ru, en] of rows) {
    assert.equal(tables.ru[`st.${code}`], ru);
    assert.equal(tables.en[`st.${code}`], en);
  }
});
