// Keeps the shell of the page, so that it opens when the node is away and says so itself.
//
// The shell is `/` and files whose address holds the digest of this build. Answers of the API are never touched here:
// what was read is kept by the node, not by the browser.

const FILES = '/page/0/';
const CACHE = `okrug ${FILES}`;

/** What the index names. @param {string} index */
const named = (index) => [...index.matchAll(/"(\/page\/[^"]+)"/g)].map(([, path]) => path).filter((path) => path.startsWith(FILES));

async function keepShell() {
  const cache = await caches.open(CACHE);
  const index = await fetch('/', { cache: 'no-store' });
  if (!index.ok) throw new Error(`HTTP ${index.status}`);
  await cache.addAll(named(await index.clone().text()));
  await cache.put('/', index);
}

async function forgetOthers() {
  const names = await caches.keys();
  await Promise.all(names.filter((name) => name.startsWith('okrug ') && name !== CACHE).map((name) => caches.delete(name)));
  await self.clients.claim();
}

/** The node's own answer, whatever it is; the shell that was kept where there is none. @param {Request} request */
async function openShell(request) {
  try {
    return await fetch(request);
  } catch (error) {
    const kept = await caches.match('/', { cacheName: CACHE });
    if (kept) return kept;
    throw error;
  }
}

/** A file of this build: it never changes, so what was kept is as good as the node's. @param {Request} request */
async function file(request) {
  const kept = await caches.match(request, { cacheName: CACHE });
  if (kept) return kept;
  const answer = await fetch(request);
  // The worker of another build has taken this one's shell away when it took over: a file that comes late does not begin it anew.
  if (answer.ok && (await caches.has(CACHE))) await (await caches.open(CACHE)).put(request, answer.clone());
  return answer;
}

self.addEventListener('install', (event) => event.waitUntil(keepShell().then(() => self.skipWaiting())));
self.addEventListener('activate', (event) => event.waitUntil(forgetOthers()));
self.addEventListener('fetch', (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (request.method !== 'GET' || origin !== self.location.origin) return;
  if (pathname === '/' && request.mode === 'navigate') event.respondWith(openShell(request));
  else if (pathname.startsWith(FILES)) event.respondWith(file(request));
});
self.addEventListener('notificationclick', (event) => {
  event.notification.close();
  event.waitUntil(self.clients.matchAll({ type: 'window' }).then(([page]) => (page ? page.focus() : self.clients.openWindow('/'))));
});
