// The page without a network: its files as they were last served. What they show is in IndexedDB.

const cacheName = 'grapevine';
const isFile = ({ pathname }) => pathname === '/' || pathname.startsWith('/chat/');

self.addEventListener('install', () => self.skipWaiting());
self.addEventListener('activate', (event) => event.waitUntil(self.clients.claim()));

self.addEventListener('fetch', (event) => {
  const url = new URL(event.request.url);
  if (event.request.method !== 'GET' || url.origin !== self.location.origin || !isFile(url)) return;
  event.respondWith(newest(event.request));
});

/** From the server if it answers, as files of two versions do not fit each other; otherwise as kept. */
async function newest(request) {
  try {
    const reply = await fetch(request);
    if (reply.ok) await keep(request, reply.clone());
    return reply;
  } catch (fault) {
    const kept = await caches.match(request, { cacheName });
    if (kept) return kept;
    throw fault;
  }
}

/** A browser that has no room, or keeps nothing, has the page all the same. */
async function keep(request, reply) {
  try {
    await (await caches.open(cacheName)).put(request, reply);
  } catch {
    // An old file among new ones would not fit them.
    await caches.delete(cacheName).catch(() => {});
  }
}
