// One office of a district with a root for its pages, its page under TLS: what the administrator of each side types.

import { execFileSync, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const OKRUG = process.env.OKRUG ?? fileURLToPath(new URL('../../target/debug/okrug', import.meta.url));
const DAEMON = join(dirname(OKRUG), 'okrug-node');
export const PASSWORD = 'длинный пароль';

/** A port that nobody listens on now. */
const freePort = () => new Promise((resolve) => {
  const server = createServer().listen(0, '0.0.0.0', () => {
    const { port } = server.address();
    server.close(() => resolve(port));
  });
});

/** The certificate of a root, in the form that systems install, out of the file that keeps it. */
function rootOf(path) {
  const [, hex] = readFileSync(path, 'utf8').match(/certificate"?\s*[:=]\s*"([0-9a-f]+)"/);
  const lines = Buffer.from(hex, 'hex').toString('base64').match(/.{1,64}/g);
  return `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`;
}

/** Starts it; the page is at `https://127.0.0.1:PORT` for those who trust `root`, and by another certificate until `certify()`. */
export async function office() {
  const dir = mkdtempSync(join(tmpdir(), 'okrug-page-'));
  const at = (name) => join(dir, name);
  const env = { ...process.env, OKRUG_LANG: 'en' };
  const run = (program, ...args) => execFileSync(program, args, { cwd: dir, env, encoding: 'utf8' });
  const pass = ['--passphrase-file', at('pass')];
  const data = ['-n', at('data')];
  writeFileSync(at('pass'), 'correct horse battery\n');
  writeFileSync(at('password'), `${PASSWORD}\n`);
  run(OKRUG, 'authority', 'init', '--name', 'Округ', '--keys', '1', '--threshold', '1', ...pass);
  run(OKRUG, 'tls', 'init', ...pass);
  run(DAEMON, 'init', '--data', at('data'), '--slug', 'kotlas', '--name', 'Котласское отделение', '--request', at('kotlas.req'));
  run(OKRUG, 'office', 'enrol', at('kotlas.req'));
  run(OKRUG, 'authority', 'sign', ...pass);
  const port = await freePort();
  writeFileSync(at('node.toml'), `data = "${at('data')}"\ndistrict = "${at('district.okrug')}"\n[mesh]\nlisten = ["/ip4/127.0.0.1/tcp/0"]\n`
    + `[discovery]\nmdns = false\n[api]\nlisten = "0.0.0.0:${port}"\n[metrics]\nlisten = "off"\n[log]\nfilter = "warn"\n`);
  const node = spawn(DAEMON, ['run', '--config', at('node.toml')], { cwd: dir, env, stdio: 'ignore' });
  const ended = new Promise((resolve) => node.on('exit', resolve));
  const stop = async () => {
    node.kill('SIGTERM');
    await ended;
    rmSync(dir, { recursive: true, force: true });
  };
  try {
    run(OKRUG, 'wait', '--for', 'enrolled', '--timeout', '120s', ...data);
    run(OKRUG, 'person', 'add', '--login', 'dezhurny', '--name', 'Дежурный', '--position', 'Оперативный дежурный', '--unit', 'Округ', '--password-file', at('password'), ...data);
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    host: `127.0.0.1:${port}`,
    /** Has the authority issue the certificate, and gives it to the node that runs. */
    certify() {
      run(OKRUG, 'tls', 'request', '--out', at('kotlas.page'), ...data);
      run(OKRUG, 'tls', 'issue', at('kotlas.page'), '--out', at('kotlas.crt'), ...pass);
      return JSON.parse(run(OKRUG, 'tls', 'import', at('kotlas.crt'), '--json', ...data));
    },
    /** The district's root, as it is installed. */
    root: () => rootOf(at('page-root.key')),
    /** The root of another district, of which this office is none. */
    otherRoot() {
      mkdirSync(at('other'));
      const other = (...args) => execFileSync(OKRUG, args, { cwd: at('other'), env, encoding: 'utf8' });
      other('authority', 'init', '--name', 'Другой округ', '--keys', '1', '--threshold', '1', ...pass);
      other('tls', 'init', ...pass);
      return rootOf(join(at('other'), 'page-root.key'));
    },
    /** The paper that says how to trust. */
    paper(lang) {
      run(OKRUG, 'tls', 'page', '--out', at(`trust-${lang}.html`), '--lang', lang, ...data);
      return at(`trust-${lang}.html`);
    },
    /** The slip of somebody who is invited. */
    slip() {
      run(OKRUG, 'person', 'invite', '--name', 'Инспектор', '--position', 'Инспектор', '--unit', 'Округ', '--print', at('slip.html'), ...data);
      return at('slip.html');
    },
    read: (name) => readFileSync(at(name), 'utf8'),
    stop,
  };
}
