// The engine as WASM on a model and leads, in V8: node score.mjs NAME MODEL LEADS, with the module in
// build/NAME.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const [name, model, leads] = process.argv.slice(2);
const folder = join('build', name);
const score = await import(pathToFileURL(join(folder, 'score.mjs')).href);
const module = readFileSync(join(folder, 'score_bg.wasm'));
score.initSync({ module: new WebAssembly.Module(module) });
const text = readFileSync(leads, 'utf8');
const started = performance.now();
const job = new score.Job(readFileSync(model, 'utf8'), text);
const read = performance.now() - started;
const took = Array.from({ length: 31 }, () => {
  const start = performance.now();
  for (let round = 0; round < 10; round++) job.run();
  return (performance.now() - start) / 10;
}).sort((a, b) => a - b);
const count = job.count();
const millions = (ms) => count / ms / 1000;
console.log(`${name.padEnd(24)} checksum ${job.checksum()}, mean ${job.mean().toFixed(5)}; read ${millions(read).toFixed(2)} M leads/s, scored ${millions(took[15]).toFixed(0)} M leads/s`);
