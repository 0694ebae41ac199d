// A real district of the tests: `okrug demo`, with the words that cut and join its offices.

import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const BUILT = fileURLToPath(new URL('../../target/debug/okrug', import.meta.url));

/** Starts a district and waits until everybody can log in; `offices` of the answer are in the order of the list. */
export async function demo({ offices = 3, people = 2, seed = 1 } = {}) {
  const args = ['demo', '--json', '--offices', offices, '--people', people, '--seed', seed].map(String);
  const child = spawn(process.env.OKRUG ?? BUILT, args, { stdio: ['pipe', 'pipe', 'inherit'], env: { ...process.env, OKRUG_LANG: 'en' } });
  const heard = [];
  const waiting = new Set();
  createInterface({ input: child.stdout }).on('line', (line) => {
    heard.push(JSON.parse(line));
    waiting.forEach((look) => look());
  });
  const ended = new Promise((resolve) => child.on('exit', (code) => (resolve(code), waiting.forEach((look) => look()))));

  /** The first object said after `from` that fits. */
  const hear = (fits, from = 0) => new Promise((resolve, reject) => {
    const look = () => {
      const found = heard.slice(from).find(fits);
      if (!found && child.exitCode === null) return;
      waiting.delete(look);
      if (found) resolve(found);
      else reject(new Error(`the demo ended with ${child.exitCode}`));
    };
    waiting.add(look);
    look();
  });

  const { offices: list } = await hear(({ type }) => type === 'demo');
  const tell = (word, event) => async (office) => {
    const from = heard.length;
    child.stdin.write(`${word} ${office.slug}\n`);
    await hear((said) => said.event === event && said.office === office.slug, from);
  };
  return {
    offices: list,
    cut: tell('cut', 'cut'),
    join: tell('join', 'joined'),
    async stop() {
      child.stdin.write('stop\n');
      await ended;
    },
  };
}
