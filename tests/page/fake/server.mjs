// The fake node over HTTP: the page's files from the source tree, and the part of the API that the page uses.

import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../../../node/page/', import.meta.url));
const TYPES = { '.html': 'text/html', '.css': 'text/css', '.js': 'text/javascript', '.svg': 'image/svg+xml', '.png': 'image/png', '.webmanifest': 'application/manifest+json', '.txt': 'text/plain' };
export const POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self'; manifest-src 'self'; "
  + "base-uri 'none'; frame-ancestors 'none'; form-action 'self'; require-trusted-types-for 'script'; trusted-types okrug-sw";
const PASSWORD = 'okrug';
const COOKIE = 'okrug-fake';
const PING_MS = 20_000;

const problem = (status, code, headers = {}) => ({
  status, headers: { 'Content-Type': 'application/problem+json', ...headers }, body: { type: 'about:blank', title: code, status, code },
});
const json = (body, status = 200, headers = {}) => ({ status, headers: { 'Content-Type': 'application/json', ...headers }, body });

/**
 * Serves a fake node until `close()`.
 *
 * `faults.next` answers the next posts by these statuses, or by 403 with these codes; `faults.down` leaves every request without an answer,
 * `faults.hold` those by which the page loads what it shows;
 * `drop()` breaks all event streams, as a restart does.
 */
export async function serve(node, port = 0) {
  /** Sessions by their secret. @type {Map<string, object>} */
  const sessions = new Map();
  const streams = new Set();
  const faults = { next: [], down: false, hold: false };
  /** What stands in the addresses of the files, as the digest of a build does. */
  let build = '0';

  const routes = {
    'POST /session': ({ body }) => {
      if (body.password !== PASSWORD) return problem(body.password === 'throttle' ? 429 : 401, 'wrong_login', { 'Retry-After': '40' });
      const session = randomUUID();
      const now = new Date().toISOString();
      sessions.set(session, { id: session.slice(0, 12).replaceAll('-', ''), began: now, used: now, address: '192.0.2.7', device: { system: 'linux', program: 'chrome' } });
      return json(node.who(), 200, { 'Set-Cookie': `${COOKIE}=${session}; HttpOnly; SameSite=Strict; Path=/` });
    },
    'GET /session': () => json(node.who()),
    'DELETE /session': ({ session }) => (sessions.delete(session), { status: 204 }),
    'GET /message/:/trace': ({ id }) => (node.trace(id) ? json(node.trace(id)) : problem(404, 'no_such_message')),
    'GET /person/:': ({ id }) => (node.card(id) ? json(node.card(id)) : problem(404, 'no_such_person')),
    'GET /session/own': ({ session }) => json({ sessions: [{ ...sessions.get(session), current: true }, ...node.sessions.map((each) => ({ ...each, current: false }))] }),
    'DELETE /session/own': () => json({ ended: node.sessions.splice(0).length }),
    'DELETE /session/own/:': ({ id }) => {
      const at = node.sessions.findIndex((each) => each.id === id);
      return at < 0 ? problem(404, 'no_such_session') : (node.sessions.splice(at, 1), { status: 204 });
    },
    'GET /node/document': () => (node.rights.includes('it') ? json(node.documents()) : problem(403, 'not_keeper')),
    'GET /node/graph': ({ query }) => {
      if (!node.rights.includes('it')) return problem(403, 'not_keeper');
      if (query.get('format') === 'json') return json(node.graph());
      const width = Number(query.get('width'));
      const picture = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="160" role="img" aria-labelledby="t"><title id="t">${query.get('kind')}</title><rect width="${width}" height="160" fill="#4b9fb0"/></svg>`;
      return { status: 200, headers: { 'Content-Type': 'image/svg+xml' }, text: picture };
    },
    'GET /node/status': () => json(node.status()),
    'GET /org/tree': () => json({ version: node.version, units: node.tree.units, offices: node.tree.offices, people: node.tree.people, roles: node.tree.roles }),
    'POST /deputy': ({ body }) => (node.name(body) ? json(node.tree.people.find(({ id }) => id === node.tree.me.id).deputy) : problem(404, 'no_such_person')),
    'DELETE /deputy': () => (node.name(null), { status: 204 }),
    'GET /chat': () => json({ chats: [...node.chats.values()] }),
    'GET /chat/:/message': ({ id, query }) => (node.page(id, query) ? json(node.page(id, query)) : problem(404, 'no_such_message')),
    'POST /chat/:/message': ({ id, body }) => {
      const fault = faults.next.shift();
      if (fault) return typeof fault === 'number' ? problem(fault, 'internal') : problem(403, fault);
      if (!node.chat(id)) return problem(404, 'no_such_chat');
      if (!node.chat(id).can_post) return problem(403, 'may_not_post');
      const { message, repeated } = node.post(id, body);
      return json(message, repeated ? 200 : 201);
    },
    'POST /read': ({ body }) => (node.read(body.chat), { status: 204 }),
  };

  function events(request, response) {
    response.writeHead(200, { 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-store' });
    const write = ({ id, type, data }) => response.write(`id: ${id}\nevent: ${type}\ndata: ${JSON.stringify(data)}\n\n`);
    response.write(`id: ${node.place()}\n: ping\n\n`);
    const last = request.headers['last-event-id'];
    const missed = last === undefined ? [] : node.since(Number(last));
    if (missed) missed.forEach(write);
    else write({ id: 0, type: 'reset', data: {} });
    const ping = setInterval(() => response.write(': ping\n\n'), PING_MS);
    node.listeners.add(write);
    streams.add(response);
    response.on('close', () => (clearInterval(ping), node.listeners.delete(write), streams.delete(response)));
  }

  function file(path, response) {
    const name = path === '/' ? 'index.html' : path.replace(`/page/${build}/`, '');
    const type = TYPES[extname(name)];
    try {
      if (!type || name.includes('..')) throw new Error('no such file');
      const read = readFileSync(ROOT + name);
      const bytes = name === 'index.html' || name === '/sw.js' ? read.toString().replaceAll('/page/0/', `/page/${build}/`) : read;
      response.writeHead(200, {
        'Content-Type': type.startsWith('image/') ? type : `${type}; charset=utf-8`, 'Cache-Control': 'no-store', 'Content-Security-Policy': POLICY, 'X-Content-Type-Options': 'nosniff',
      });
      response.end(bytes);
    } catch {
      response.writeHead(404).end();
    }
  }

  async function api(request, response, url) {
    const path = url.pathname.slice('/api/v1'.length);
    const session = request.headers.cookie?.match(`${COOKIE}=([^;]+)`)?.[1];
    let answer;
    if (!sessions.has(session) && !(path === '/session' && request.method === 'POST')) answer = problem(401, 'signed_out');
    else if (request.method !== 'GET' && request.headers['x-okrug'] !== '1') answer = problem(403, 'forged');
    else if (path === '/events') return events(request, response);
    else if (faults.hold && request.method === 'GET' && path !== '/session') return;
    else {
      const id = decodeURIComponent(path.match(/^\/(?:chat|message|person|session\/own)\/([^/]+)/)?.[1] ?? '');
      const route = routes[`${request.method} ${path.replace(/^\/(chat|message|person|session\/own)\/[^/]+/, '/$1/:')}`];
      let text = '';
      for await (const chunk of request) text += chunk;
      answer = route ? route({ id, session, query: url.searchParams, body: text ? JSON.parse(text) : null }) : problem(404, 'no_such_route');
    }
    response.writeHead(answer.status, { 'Cache-Control': 'no-store', ...answer.headers });
    response.end(answer.text ?? (answer.body === undefined ? undefined : JSON.stringify(answer.body)));
  }

  const server = createServer((request, response) => {
    const url = new URL(request.url, 'http://fake');
    if (faults.down) return void request.socket.destroy();
    if (url.pathname.startsWith('/api/v1/')) api(request, response, url).catch((error) => (console.error(error), response.destroy()));
    else file(url.pathname, response);
  });
  await new Promise((resolve) => server.listen(port, '127.0.0.1', resolve));
  const drop = () => streams.forEach((stream) => stream.destroy());
  return {
    url: `http://127.0.0.1:${server.address().port}/`,
    faults,
    drop,
    streams: () => streams.size,
    build: (next) => (build = next),
    signOutAll: () => sessions.clear(),
    close: () => (server.closeAllConnections(), new Promise((resolve) => server.close(resolve))),
  };
}
