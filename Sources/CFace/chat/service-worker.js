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

// Told of a message while no page is open. What cannot be read is shown as a message all the same: a browser that is
// brought something and shows nothing shows a notice of its own.
self.addEventListener('push', (event) => {
  let told = {};
  try { told = event.data.json(); } catch { /* Shown without a text. */ }
  const group = told.data?.group_id;
  const key = group ? `g${group}` : told.data?.from_id ? `u${told.data.from_id}` : null;
  if (Number.isInteger(told.unread)) self.navigator.setAppBadge?.(told.unread).catch(() => {});
  event.waitUntil(self.registration.showNotification(told.title ?? 'Grapevine', {
    body: told.body ?? '', tag: told.conversation ?? 'grapevine', renotify: true, icon: '/chat/icon.svg', data: { key },
  }));
});

self.addEventListener('notificationclick', (event) => {
  event.notification.close();
  event.waitUntil(show(event.notification.data?.key));
});

/** In a page that is open, or in a new one. */
async function show(key) {
  const address = key ? `/#${key}` : '/';
  const [page] = await self.clients.matchAll({ type: 'window' });
  if (!page) return self.clients.openWindow(address);
  await page.focus();
  return page.navigate(address).catch(() => null);
}
