// The page without a network: its files as they were last served. What they show is in IndexedDB.

const cacheName = 'grapevine';
/** A network that hangs is as none, if there is something to start from. */
const patience = 3_000;
const isFile = ({ pathname }) => pathname === '/' || pathname.startsWith('/chat/');
/** Files of one version lie in a folder, and never change there. */
const versionOf = ({ pathname }) => /^\/chat\/([0-9a-f]{16})\//.exec(pathname)?.[1] ?? null;

self.addEventListener('install', () => self.skipWaiting());
self.addEventListener('activate', (event) => event.waitUntil(self.clients.claim()));

self.addEventListener('fetch', (event) => {
  const url = new URL(event.request.url);
  if (event.request.method !== 'GET' || url.origin !== self.location.origin || !isFile(url)) return;
  event.respondWith(answer(event.request, url));
});

/** From the server if it answers in time and well, otherwise as kept; what never changes as kept if it is. */
async function answer(request, url) {
  const kept = await caches.match(request, { cacheName }).catch(() => undefined);
  if (kept && versionOf(url)) return kept;
  try {
    const reply = await fetch(request, kept ? { signal: AbortSignal.timeout(patience) } : {});
    if (reply.ok) await keep(request, url, reply.clone());
    return reply.ok || !kept ? reply : kept;
  } catch (fault) {
    if (kept) return kept;
    throw fault;
  }
}

/** A browser that has no room, or keeps nothing, has the page all the same. */
async function keep(request, url, reply) {
  // A server of another version may answer for it, with what it has.
  if (versionOf(url) && !reply.headers.get('cache-control')?.includes('immutable')) return;
  try {
    const cache = await caches.open(cacheName);
    if (url.pathname === '/') await forgetOthers(cache, await reply.clone().text());
    await cache.put(request, reply);
  } catch {
    // An old file among new ones would not fit them.
    await caches.delete(cacheName).catch(() => {});
  }
}

/** Of other versions than the page asks for. */
async function forgetOthers(cache, page) {
  for (const request of await cache.keys()) {
    const version = versionOf(new URL(request.url));
    if (version && !page.includes(version)) await cache.delete(request);
  }
}
