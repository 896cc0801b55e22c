// The whole state as one SQLite file, written and read on this device.
import { download } from './workshop.js';

let starting;
function engine() {
  starting ??= import(SQLITE_PATH).then(({ start }) => start());
  // What could not be loaded is tried again.
  starting.catch(() => (starting = undefined));
  return starting;
}

export async function newFile() {
  const { Database } = await engine();
  return new Database();
}

export function addTable(file, table, columns) {
  file.run(`CREATE TABLE ${table} (${columns})`);
}

// Adds rows, each a JSON array in a text.
export function addRows(file, table, rows) {
  file.run('BEGIN');
  for (const row of rows) {
    const values = JSON.parse(row);
    file.run(`INSERT INTO ${table} VALUES (${values.map(() => '?')})`, values);
  }
  file.run('COMMIT');
}

export function saveFile(file, name) {
  download(name, 'application/vnd.sqlite3', file.export());
  file.close();
}

// Opens the file that an input names; undefined when it is none of ours, or no SQLite file at all.
export async function openFile(event) {
  const chosen = event.target.files?.[0];
  if (!chosen) return undefined;
  const { Database } = await engine();
  try {
    const file = new Database(new Uint8Array(await chosen.arrayBuffer()));
    file.exec('SELECT hash FROM plumbline');
    return file;
  } catch {
    return undefined;
  }
}

// Returns the number of the last of the rows that `rowsOf` returns.
export function lastRow(file, table, from, count) {
  const found = file.exec(`SELECT max(rowid) FROM (SELECT rowid FROM ${table} WHERE rowid > ? ORDER BY rowid LIMIT ?)`, [from, count]);
  return Number(found[0]?.values[0][0] ?? 0);
}

// Returns rows as JSON arrays in texts, in the order they were added, from the given one on.
export function rowsOf(file, table, from, count) {
  const found = file.exec(`SELECT * FROM ${table} WHERE rowid > ? ORDER BY rowid LIMIT ?`, [from, count]);
  return (found[0]?.values ?? []).map((row) => JSON.stringify(row));
}
