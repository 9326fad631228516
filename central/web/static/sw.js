// Keeps the page itself, so that it opens without a network. What it shows comes from what page.js keeps.
const SHELF = "habitue-wallet-RELEASE";
const FILES = ["./", "FILES"];

self.addEventListener("install", (event) => {
  const fresh = FILES.map((file) => new Request(file, { cache: "reload" }));
  event.waitUntil(caches.open(SHELF).then((shelf) => shelf.addAll(fresh)).then(() => self.skipWaiting()));
});

self.addEventListener("activate", (event) => {
  event.waitUntil((async () => {
    const names = await caches.keys();
    const old = names.filter((name) => name.startsWith("habitue-wallet-") && name !== SHELF);
    await Promise.all(old.map((name) => caches.delete(name)));
    await self.clients.claim();
  })());
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  if (request.method !== "GET" || request.headers.has("authorization")) return; // data: page.js asks central itself
  event.respondWith((async () => {
    const shelf = await caches.open(SHELF);
    const wanted = request.mode === "navigate" ? "./" : request;
    return (await shelf.match(wanted)) ?? fetch(request);
  })());
});
