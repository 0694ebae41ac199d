import assert from 'node:assert/strict';
import { test } from 'node:test';

import { index, query, swapped } from '../../node/page/js/base/match.js';

const finds = (typed, text) => query(typed)(index(text)) > 0;

test('the other layout is read both ways', () => {
  assert.equal(swapped('ghbdtn'), 'привет');
  assert.equal(swapped('руддщ'), 'hello');
  assert.equal(swapped('Rfywtkzhbz'), 'канцелярия');
});

const SAME = [
  ['кан', 'Канцелярия'], ['дежурный опер', 'Оперативный дежурный'], ['елкино', 'Ёлкино, п. г. т.'], ['ёлк', 'Елкино, п. г. т.'], ['п. г.', 'Ёлкино, п. г. т.'],
  ['сургут', 'Отделение по г. Сургут'], ['1184', 'Входящий 1184'],
  ['ghbdtn', 'Привет всем'], ['rfyw', 'Канцелярия'], ['`krbyj', 'Ёлкино'], ['tkrbyj', 'Ёлкино'], [';ehf', 'Журавлёво'], ['.,bktq', 'Юбилейная'],
  ['htxrbyj jg', 'Речкино, оперативный'], ['руддщ', 'Hello desk'],
  ['kanc', 'Канцелярия'], ['kants', 'Канцелярия'], ['elkino', 'Ёлкино'], ['yolkino', 'Ёлкино'], ['jolk', 'Ёлкино'], ['zhurav', 'Журавлёво'], ['yudino', 'Юдино'], ['judino', 'Юдино'],
  ['yakim', 'Якимово'], ['khanty', 'Ханты-Мансийск'], ['hanti mans', 'Ханты-Мансийск'], ['shubino', 'Шубино'], ['schuka', 'Щука'], ['shchuka', 'Щука'], ['chaykino', 'Чайкино'],
  ['sovetsk', 'Советск'], ['sove', 'Советск'], ['evseevo', 'Евсеево'], ['yevseevo', 'Евсеево'], ['tayozh', 'Таёжное'], ['dmitri', 'Дмитриевка'], ['nyagan', 'Нягань'], ['berezovo', 'Берёзово'],
];
for (const [typed, text] of SAME) test(`${typed} finds ${text}`, () => assert.ok(finds(typed, text)));

const OTHER = [['канцелярист', 'Канцелярия'], ['целярия', 'Канцелярия'], ['кан лебедь', 'Канцелярия'], ['', 'Канцелярия'], ['  ', 'Канцелярия'], ['!', 'Канцелярия'], ['orlovo', 'Паново'], ['zzz', 'Зотово']];
for (const [typed, text] of OTHER) test(`"${typed}" does not find ${text}`, () => assert.ok(!finds(typed, text)));

test('every beginning of a word that is found is found too', () => {
  for (const [whole, text] of [['канцелярия', 'Канцелярия'], ['Rfywtkzhbz', 'Канцелярия'], ['zhuravlevo', 'Журавлёво'], ['сургут', 'Сургут']]) {
    for (let n = 2; n <= whole.length; n++) assert.ok(finds(whole.slice(0, n), text), whole.slice(0, n));
  }
});

test('what begins as typed comes before what only holds it, and that before other readings', () => {
  const score = (typed, text) => query(typed)(index(text));
  assert.ok(score('отдел', 'Отдел кадров') > score('отдел', 'Правовой отдел'));
  assert.ok(score('отдел', 'Правовой отдел') > score('jnltk', 'Правовой отдел'));
  assert.ok(score('jnltk', 'Правовой отдел') > score('pravov', 'Правовой отдел'));
});
