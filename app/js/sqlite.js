// SQLite itself, loaded when somebody asks for the whole state as one file.
import initSqlJs from 'sql.js/dist/sql-wasm-browser.js';

export const start = () => initSqlJs({ locateFile: () => SQLITE_WASM });
