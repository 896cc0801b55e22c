// The engine as WASM on a model and leads, in V8: node score.mjs NAME MODEL LEADS, with the module in
// build/NAME. Then the same leads ten times over, and one at a time from its text.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const [name, model, leads] = process.argv.slice(2);
const folder = join('build', name);
const score = await import(pathToFileURL(join(folder, 'score.mjs')).href);
const module = readFileSync(join(folder, 'score_bg.wasm'));
score.initSync({ module: new WebAssembly.Module(module) });
const text = readFileSync(leads, 'utf8');

function read(times) {
  const job = new score.Job(readFileSync(model, 'utf8'));
  const started = performance.now();
  for (let time = 0; time < times; time++) job.add(text);
  job.finish();
  return [job, performance.now() - started];
}

function median(rounds, work) {
  const took = Array.from({ length: rounds }, () => {
    const start = performance.now();
    work();
    return performance.now() - start;
  });
  return took.sort((a, b) => a - b)[rounds >> 1];
}

const [job, reading] = read(1);
const count = job.count();
const passes = median(31, () => {
  for (let round = 0; round < 10; round++) job.run();
});
const millions = (ms) => count / ms / 1000;
console.log(`${name.padEnd(12)} checksum ${job.checksum()}, mean ${job.mean().toFixed(5)}; read ${millions(reading).toFixed(2)} M leads/s, scored ${millions(passes / 10).toFixed(0)} M leads/s`);
const lines = text.split('\n').filter(Boolean);
const one = median(3, () => {
  for (const line of lines) job.score_one(line);
});
job.free();
const [all] = read(10);
const frame = median(15, () => all.run());
console.log(`${''.padEnd(12)} one lead from JSON to score ${((one / lines.length) * 1000).toFixed(2)} us; ${all.count().toLocaleString('en')} leads ${frame.toFixed(1)} ms`);
