// How many addresses a second the WASM build parses, in V8, beside the native one.
// node syntax.mjs NATIVE, in millions a second.
import { readFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';

const [native] = process.argv.slice(2);
const scorer = await import(pathToFileURL('build/scorer-web/scorer.mjs').href);
scorer.initSync({ module: new WebAssembly.Module(readFileSync('build/scorer-web/scorer_bg.wasm')) });
const ROUNDS = 100_000;
// V8 compiles what is run often once more.
scorer.accepted_addresses(ROUNDS);
const start = performance.now();
if (scorer.accepted_addresses(ROUNDS) !== ROUNDS * 7) throw new Error('another verdict than the native build has');
const wasm = (ROUNDS * 10) / (performance.now() - start) / 1000;
console.log(`address syntax           ${native} M/s native, ${wasm.toFixed(2)} M/s WASM`);
