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
  ['кан', 'Канцелярия'], ['дежурный опер', 'Оперативный дежурный'], ['елкина', 'Ёлкина А. В.'], ['ёлк', 'Елкина А. В.'], ['а. в.', 'Ёлкина А. В.'],
  ['сургут', 'Отделение по г. Сургут'], ['1184', 'Входящий 1184'],
  ['ghbdtn', 'Привет всем'], ['rfyw', 'Канцелярия'], ['`krbyf', 'Ёлкина'], ['tkrbyf', 'Ёлкина'], [';ehf', 'Журавлёва'], ['.,bktq', 'Юбилейная'],
  ['htxrbyf jg', 'Речкина О. П., оперативный'], ['руддщ', 'Hello desk'],
  ['kanc', 'Канцелярия'], ['kants', 'Канцелярия'], ['elkina', 'Ёлкина'], ['yolkina', 'Ёлкина'], ['jolk', 'Ёлкина'], ['zhurav', 'Журавлёва'], ['yudina', 'Юдина'], ['judina', 'Юдина'],
  ['yakim', 'Якимова'], ['khanty', 'Ханты-Мансийск'], ['hanti mans', 'Ханты-Мансийск'], ['shubina', 'Шубина'], ['schuka', 'Щука'], ['shchuka', 'Щука'], ['chaykina', 'Чайкина'],
  ['sovetsk', 'Советск'], ['sove', 'Советск'], ['evseeva', 'Евсеева'], ['yevseeva', 'Евсеева'], ['tayozh', 'Таёжная'], ['dmitriy', 'Дмитрий'], ['nyagan', 'Нягань'], ['berezovo', 'Берёзово'],
];
for (const [typed, text] of SAME) test(`${typed} finds ${text}`, () => assert.ok(finds(typed, text)));

const OTHER = [['канцелярист', 'Канцелярия'], ['целярия', 'Канцелярия'], ['кан лебедь', 'Канцелярия'], ['', 'Канцелярия'], ['  ', 'Канцелярия'], ['!', 'Канцелярия'], ['orlova', 'Панова'], ['zzz', 'Зотова']];
for (const [typed, text] of OTHER) test(`"${typed}" does not find ${text}`, () => assert.ok(!finds(typed, text)));

test('every beginning of a word that is found is found too', () => {
  for (const [whole, text] of [['канцелярия', 'Канцелярия'], ['Rfywtkzhbz', 'Канцелярия'], ['zhuravleva', 'Журавлёва'], ['сургут', 'Сургут']]) {
    for (let n = 2; n <= whole.length; n++) assert.ok(finds(whole.slice(0, n), text), whole.slice(0, n));
  }
});

test('what begins as typed comes before what only holds it, and that before other readings', () => {
  const score = (typed, text) => query(typed)(index(text));
  assert.ok(score('отдел', 'Отдел кадров') > score('отдел', 'Правовой отдел'));
  assert.ok(score('отдел', 'Правовой отдел') > score('jnltk', 'Правовой отдел'));
  assert.ok(score('jnltk', 'Правовой отдел') > score('pravov', 'Правовой отдел'));
});
