// What the workshop keeps on this device: one unfinished list, so that a reload loses nothing.
function open() {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open('plumbline-workshop', 1);
    request.onupgradeneeded = () => request.result.createObjectStore('kept');
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

async function inStore(mode, work) {
  const database = await open();
  try {
    return await new Promise((resolve, reject) => {
      const transaction = database.transaction('kept', mode);
      const request = work(transaction.objectStore('kept'));
      transaction.oncomplete = () => resolve(request.result);
      transaction.onerror = () => reject(transaction.error);
      transaction.onabort = () => reject(transaction.error);
    });
  } finally {
    database.close();
  }
}

export function keepText(name, text) {
  return inStore('readwrite', (store) => store.put(text, name));
}

export function keptText(name) {
  return inStore('readonly', (store) => store.get(name));
}

export function forgetText(name) {
  return inStore('readwrite', (store) => store.delete(name));
}

// Hands a text to the person as a file.
export function download(name, type, text) {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(new Blob([text], { type }));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}

// Reads the first file of an input or a drop; undefined when there is none.
export async function fileText(event) {
  const files = event.dataTransfer?.files ?? event.target.files;
  return files?.[0]?.text();
}

export async function ownText(path) {
  const response = await fetch(path);
  return response.ok ? response.text() : '';
}
