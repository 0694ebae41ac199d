// A fake node to open in a browser while working on the page: `npm run dev`, any login, password `okrug`.

import { fakeNode } from './node.mjs';
import { serve } from './server.mjs';
import { tell } from './story.mjs';

const MINUTE = 60_000;

const node = fakeNode();
tell(node);
node.link('o4', 'down', Date.now() - 2 * 60 * MINUTE);
const server = await serve(node, Number(process.env.PORT ?? 7070));
console.log(`${server.url}  (any login, password okrug)`);

const others = node.tree.people.filter((person) => person.unit === 'u3' && !person.me);
setInterval(() => node.say('u3', others[Math.floor(Math.random() * others.length)].id, `Проверка связи, ${new Date().toLocaleTimeString('ru')}.`), MINUTE / 2);
setInterval(() => {
  for (const list of node.messages.values()) {
    for (const message of list.filter((each) => each.mine && each.delivery.code !== 'delivered')) {
      const { of, delivered } = message.delivery;
      const next = Math.min(of, delivered + 1);
      node.deliver(message, { held_by: next, delivered: next, code: next === of ? 'delivered' : 'relayed' });
    }
  }
}, MINUTE / 12);
