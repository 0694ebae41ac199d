// Some days of an office, so that a page opened on the fake node has something to show.

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

/** Fills a fake node with conversations that end at `now`. */
export function tell(node, now = Date.now()) {
  const who = (office, unit, nth = 0) => node.tree.people.filter((person) => person.office === office && person.unit === unit)[nth].id;
  const me = node.tree.me.id;
  // Nobody has said anything later than now, whatever the hour at which the story is told.
  const at = (days, hour, minute) => Math.min(new Date(now - days * DAY).setHours(hour, minute, 0, 0), now - 3 * HOUR);
  const say = (chat, author, text, sent, more = {}) => node.say(chat, author, text, { sent, received: sent + 900, quiet: true, ...more });
  const done = (of) => ({ code: 'delivered', held_by: of, delivered: of, of });

  say('d', who('o1', 'u1'), 'Коллеги, с 1 декабря действует новый порядок приёма граждан. Текст разослан в канцелярии.', at(3, 9, 15));
  say('d', who('o2', 'u1'), 'Сургут принял, ознакомим всех до пятницы.', at(3, 9, 41));
  say('d', who('o5', 'u1'), 'Урай принял.', at(2, 10, 2));
  say('d', who('o1', 'u1', 1), 'Напоминаю: отчёты за ноябрь — до 17:00 четверга. Форма прежняя.', at(1, 11, 30), { precedence: 'urgent' });

  say('u3', who('o2', 'u3'), 'Добрый день! Журнал входящих за прошлую неделю сверили, расхождений нет.', at(2, 10, 12));
  say('u3', who('o2', 'u3'), 'Два письма из Сургутского суда пришли без приложений, запросили повторно.', at(2, 10, 14));
  say('u3', me, 'Спасибо. Приложения, как придут, сразу перешлите нам: по ним идёт срок.', at(2, 10, 31), { delivery: done(3) });
  say('u3', who('o3', 'u3', 1), 'Нягань: принтер в канцелярии починили, бланки печатаем сами.', at(1, 9, 5));
  say('u3', who('o4', 'u3'), 'Берёзово. Связь у нас снова по вечерам, почту разбираем к 20:00.\nВсё срочное шлите с пометкой, дежурный увидит.',
    at(1, 19, 48), { received: now - 2 * HOUR });
  say('u3', me, 'Пометку ставим. Бумажные копии отправила с оказией.', now - 100 * 60_000, { delivery: { code: 'relayed', held_by: 2, delivered: 2, of: 3 } });
  say('u3', who('o2', 'u3', 1), 'Приложения из суда получены: 14 листов. Отправляю опись, оригиналы — с утренним рейсом.', now - 47 * 60_000, { precedence: 'urgent' });
  const opis = node.messages.get('u3').at(-1).id;
  say('u3', me, 'Приняла, жду.', now - 44 * 60_000, { reply_to: opis, delivery: { code: 'relayed', held_by: 2, delivered: 2, of: 3 } });

  say('u4', who('o3', 'u4'), 'Нягань: смена принята, происшествий нет.', at(0, 8, 1));
  say('u4', who('o1', 'u4'), 'Штормовое предупреждение: ветер до 25 м/с с 18:00. Проверить генераторы, доложить.', now - 30 * 60_000, { precedence: 'flash' });
  say('u4', who('o2', 'u4'), 'Сургут: генератор запущен и проверен.', now - 22 * 60_000);
  say('u2', who('o1', 'u2'), 'График отпусков утверждён, лежит в общей папке.', at(4, 16, 20));

  const nyagan = who('o3', 'u6');
  say(nyagan, nyagan, 'Подскажите, входящий 1184 уже расписан?', now - 70 * 60_000);
  say(nyagan, me, 'Да, на правовой отдел, срок — среда.', now - 66 * 60_000, { delivery: done(1) });
  say(nyagan, nyagan, 'Спасибо большое!', now - 65 * 60_000);
  say(who('o4', 'u1'), me, 'Отправила вам опись дел на хранение, подтвердите, когда откроется.', now - 3 * HOUR, { delivery: { code: 'queued', held_by: 0, delivered: 0, of: 1 } });

  node.queue = { o4: { messages: 3, urgent: 1, oldest_s: 2 * 3600 }, o5: { messages: 1, urgent: 0, oldest_s: 40 } };
  node.chat('u4').unread = 2;
  node.chat('d').unread = 1;
}
