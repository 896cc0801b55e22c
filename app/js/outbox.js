// Submissions that wait for a connection. A tab claims one before it sends it, so that two tabs do
// not send the same; the idempotency key makes it harmless if they ever do.
const KEPT_MAX = 50;
const CLAIM_MS = 30_000;
const FLAG = 'plumbline-outbox';

function open() {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open('plumbline', 1);
    request.onupgradeneeded = () => request.result.createObjectStore('outbox', { keyPath: 'key' });
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

async function inOutbox(work) {
  const database = await open();
  try {
    return await new Promise((resolve, reject) => {
      const transaction = database.transaction('outbox', 'readwrite');
      const store = transaction.objectStore('outbox');
      let result;
      transaction.oncomplete = () => resolve(result);
      transaction.onerror = () => reject(transaction.error);
      transaction.onabort = () => reject(transaction.error);
      const all = store.getAll();
      all.onsuccess = () => {
        result = work(store, all.result);
      };
    });
  } finally {
    database.close();
  }
}

// The loader looks at the flag, so that a page without anything kept loads nothing.
function flag(count) {
  if (count > 0) localStorage.setItem(FLAG, String(count));
  else localStorage.removeItem(FLAG);
}

export function keep(key, url, body) {
  return inOutbox((store, kept) => {
    if (kept.length >= KEPT_MAX && !kept.some((entry) => entry.key === key)) throw new Error('full');
    store.put({ key, url, body, claimedAt: 0 });
    flag(kept.length + 1);
  });
}

export function forget(key) {
  return inOutbox((store, kept) => {
    store.delete(key);
    flag(kept.filter((entry) => entry.key !== key).length);
  });
}

export function claim() {
  return inOutbox((store, kept) => {
    const now = Date.now();
    const free = kept.filter((entry) => now - entry.claimedAt > CLAIM_MS);
    for (const entry of free) store.put({ ...entry, claimedAt: now });
    return free.map(({ key, url, body }) => ({ key, url, body }));
  });
}

export function release(key) {
  return inOutbox((store, kept) => {
    const entry = kept.find((known) => known.key === key);
    if (entry) store.put({ ...entry, claimedAt: 0 });
  });
}
