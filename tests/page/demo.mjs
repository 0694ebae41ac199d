// A real district of the tests: `okrug demo`, with the words that cut and join its offices.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, readdirSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const BUILT = fileURLToPath(new URL('../../target/debug/okrug', import.meta.url));

/** The process of an office's node, and its data directory, among the children of a process. */
function nodeOf(parent, slug) {
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    try {
      const [, name, data] = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
      const mother = readFileSync(`/proc/${pid}/stat`, 'utf8').replace(/^.*\) /, '').split(' ')[1];
      if (Number(mother) === parent && name === 'node-child' && data.split('/').includes(slug)) return { pid: Number(pid), data };
    } catch {
      // A process that has just ended is none of ours.
    }
  }
  throw new Error(`no node of ${slug}`);
}

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

  /** A node that was started again. */
  let again = null;

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
    /**
     * Kills an office's node with no warning; the answer starts it again and waits until it serves. The demo itself,
     * which would end with its node, is held still until `stop()`.
     */
    async kill(office) {
      process.kill(child.pid, 'SIGSTOP');
      const { pid, data } = nodeOf(child.pid, office.slug);
      process.kill(pid, 'SIGKILL');
      return async () => {
        again = spawn(process.env.OKRUG ?? BUILT, ['node-child', data], { stdio: ['pipe', 'pipe', 'ignore'] });
        for await (const line of createInterface({ input: again.stdout })) if (JSON.parse(line).event === 'ready') return;
      };
    },
    async stop() {
      again?.stdin.end();
      if (again) await once(again, 'exit');
      process.kill(child.pid, 'SIGCONT');
      child.stdin.write('stop\n');
      await ended;
    },
  };
}
