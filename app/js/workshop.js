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

// The longest file that is read, in bytes: it has to fit into the memory of a phone's page.
const FILE_BYTES_MAX = 128 * 2 ** 20;
const ARCHIVE_STARTS = ['504b0304', 'd0cf11e0', '1f8b0800'];

function decoded(bytes) {
  const starts = (...start) => start.every((byte, place) => bytes[place] === byte);
  if (starts(0xff, 0xfe)) return ['UTF-16', new TextDecoder('utf-16le').decode(bytes)];
  if (starts(0xfe, 0xff)) return ['UTF-16', new TextDecoder('utf-16be').decode(bytes)];
  try {
    return ['UTF-8', new TextDecoder('utf-8', { fatal: true }).decode(bytes)];
  } catch {
    if (isMacintosh(bytes)) return ['Mac OS Roman', new TextDecoder('macintosh').decode(bytes)];
    return ['Windows-1252', new TextDecoder('windows-1252').decode(bytes)];
  }
}

// Behind a letter, Macs write accents below 0xa0, where Windows has signs, and Windows from 0xc0 on.
function isMacintosh(bytes) {
  const isLetter = (byte) => (byte >= 0x41 && byte <= 0x5a) || (byte >= 0x61 && byte <= 0x7a);
  const signs = [0x80, 0x85, 0x91, 0x92, 0x93, 0x94, 0x95, 0x96, 0x97, 0x99];
  let [mac, windows] = [0, 0];
  bytes.forEach((byte, place) => {
    if (byte < 0x80 || !isLetter(bytes[place - 1])) return;
    if (byte < 0xa0 && !signs.includes(byte)) mac += 1;
    if (byte >= 0xc0) windows += 1;
  });
  return mac > windows;
}

// Reads the first file of an input or a drop: its name, its text and the encoding that it was in, or
// why it cannot be read. Undefined when there is none.
export async function readFile(event) {
  const file = (event.dataTransfer?.files ?? event.target.files)?.[0];
  if (!file) return undefined;
  const { name } = file;
  if (file.size > FILE_BYTES_MAX) {
    const size = Math.round(file.size / 2 ** 20);
    return { name, problem: `“${name}” has ${size} MB, and 128 is the most that is read at once. Split it into several files.` };
  }
  const bytes = new Uint8Array(await file.arrayBuffer());
  const start = [...bytes.slice(0, 4)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
  if (ARCHIVE_STARTS.includes(start)) {
    return { name, problem: `“${name}” is a spreadsheet or an archive, whatever its name says. Open it and save it as CSV in UTF-8.` };
  }
  const [encoding, text] = decoded(bytes);
  return { name, encoding, text };
}

export async function ownText(path) {
  const response = await fetch(path);
  return response.ok ? response.text() : '';
}
