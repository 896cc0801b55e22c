// Submissions on their way. Each is kept here before it is sent and forgotten when its receipt has
// come. A tab claims one before it sends it, so that two tabs do not send the same.
const KEPT_MAX = 50;
// Longer than a post may take.
const CLAIM_MS = 45_000;
// What was refused for good is tried once a day, in case the owner has changed the form.
const REST_MS = 86_400_000;
// A database that does not answer must not hold a submission up.
const ANSWER_MS = 2_000;
const FLAG = 'plumbline-outbox';
const SENT = 'plumbline-sent';

function open() {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open('plumbline', 1);
    request.onupgradeneeded = () => request.result.createObjectStore('outbox', { keyPath: 'key' });
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

function inOutbox(work) {
  const late = new Promise((resolve, reject) => setTimeout(() => reject(new Error('no answer')), ANSWER_MS));
  return Promise.race([changed(work), late]);
}

async function changed(work) {
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
        const kept = new Map(all.result.map((entry) => [entry.key, entry]));
        const outbox = {
          put: (entry) => void (kept.set(entry.key, entry), store.put(entry)),
          drop: (key) => void (kept.delete(key), store.delete(key)),
        };
        result = work(kept, outbox);
        flag(kept.size);
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

// Keeps one that this tab is about to send. Where there is no room, one that was refused for good makes it.
export function keep(key, url, body) {
  return inOutbox((kept, outbox) => {
    if (kept.size >= KEPT_MAX && !kept.has(key)) {
      const refused = [...kept.values()].find(({ rests }) => rests);
      if (!refused) throw new Error('full');
      outbox.drop(refused.key);
    }
    outbox.put({ key, url, body, claimedAt: Date.now() });
  });
}

// Forgets one whose receipt has come. Its key alone is remembered for other tabs that still show it.
export async function forget(key) {
  await inOutbox((kept, outbox) => outbox.drop(key));
  localStorage.setItem(SENT, [key, ...sent()].slice(0, KEPT_MAX).join(' '));
}

function sent() {
  return (localStorage.getItem(SENT) ?? '').split(' ').filter(Boolean);
}

// Says whether the receipt of one has come, in this tab or another.
export function isSent(key) {
  return sent().includes(key);
}

// Returns those to send now and claims them. A clock that was set back does not hold any.
export function claim() {
  return inOutbox((kept, outbox) => {
    const now = Date.now();
    const free = [...kept.values()].filter(
      ({ claimedAt, rests }) => Math.abs(now - claimedAt) > (rests ? REST_MS : CLAIM_MS),
    );
    for (const entry of free) outbox.put({ ...entry, claimedAt: now, rests: false });
    return free.map(({ key, url, body }) => ({ key, url, body }));
  });
}

// Gives one back that was not stored, with the reason; under a new key where its own is taken. One that
// was refused for good rests.
export function release(key, reason, newKey, rests) {
  return inOutbox((kept, outbox) => {
    const entry = kept.get(key);
    if (!entry) return;
    if (newKey !== key) outbox.drop(key);
    outbox.put({ ...entry, key: newKey, claimedAt: rests ? Date.now() : 0, reason, rests });
  });
}

// Says whether any is to be sent, also one that another tab is sending.
export function any() {
  return inOutbox((kept) => [...kept.values()].some(({ rests }) => !rests));
}
