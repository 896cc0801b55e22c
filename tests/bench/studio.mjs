// The scoring studio on 100,000 leads: how long a model takes on the whole book, 60 rules and 20 events
// a lead, in V8; then the page itself in Chromium while a slider moves. node studio.mjs SIGN_IN_LINK
import { chromium } from '@playwright/test';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const [link] = process.argv.slice(2);
const median = (times) => times.sort((a, b) => a - b)[times.length >> 1];
const shown = (ms) => `${ms.toFixed(1)} ms`;

let seed = 42;
const random = (below) => ((seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0) / 2 ** 32 * below) | 0;
const pick = (list) => list[random(list.length)];
const FACTS = Array.from({ length: 12 }, (_, n) => [`fact_${n}`, Array.from({ length: 4 + n }, (_, v) => `value ${v}`)]);
// Fields that tell people apart: nearly every lead has another value.
const OWN = [['email', (n) => `person.${n}@company${random(30_000)}.example`], ['company', () => `Company ${random(30_000)}`]];
const NAMES = [...FACTS, ...OWN].map(([name]) => name);
const KINDS = ['form_submitted', 'hand_raised', 'trial_started', 'pricing_viewed', 'guide_read', 'webinar_attended', 'webinar_registered', 'link_clicked', 'replied', 'meeting_booked', 'visited_twice', 'careers_viewed', 'unsubscribed', 'complained', 'no_show'];
const now = Date.UTC(2026, 0, 1);
const lead = (n) => ({
  id: `01890a5d-ac96-774b-bcce-${n.toString(16).padStart(12, '0')}`,
  captured_at: new Date(now - random(400) * 864e5).toISOString(),
  form_id: 'demo', stage: pick(['lead', 'customer']), cell: pick(['A1', 'B2', 'C3']), source: 'direct', class: 'business', verdict: 'deliverable',
  answers: Object.fromEntries([
    ...FACTS.filter(() => random(4)).map(([name, values]) => [name, pick(values)]),
    ...OWN.map(([name, value]) => [name, value(n)]),
  ]),
  observations: Array.from({ length: 20 }, () => ({ kind: pick(KINDS), at: new Date(now - random(300 * 864e5)).toISOString() })),
});
const rule = (n, when, more = {}) => ({ id: `r${n}`, label: `Rule ${n}`, points: random(40) - 10, visibility: 'private', when, ...more });
const oneOf = (n) => { const [fact, values] = FACTS[n % FACTS.length]; return { one_of: { fact, values: [pick(values), pick(values)] } }; };
const rules = [
  ...Array.from({ length: 32 }, (_, n) => rule(n, oneOf(n))),
  ...Array.from({ length: 4 }, (_, n) => rule(32 + n, { all: [oneOf(n), { not: oneOf(n + 1) }] })),
  rule(36, { contains: { fact: 'company', text: '77' } }),
  rule(37, { contains: { fact: 'email', text: 'company1' } }),
  rule(38, { matches: { fact: 'email', pattern: '^person\\.[0-9]+[05]@' } }),
  rule(39, { any: [{ contains: { fact: 'company', text: '9' } }, oneOf(5)] }),
  ...Array.from({ length: 20 }, (_, n) => rule(40 + n, { observed: KINDS[n % KINDS.length] }, { half_life_days: 7 + n, cap: 40, group: n % 2 ? 'web' : 'mail' })),
];
const model = { version: 1, rules, group_caps: [{ group: 'web', points: 60 }, { group: 'mail', points: 40 }], thresholds: { fit_a: 60, fit_b: 30, engagement_1: 50, engagement_2: 20, margin: 5 } };
// In V8, the worker's own modules. Node takes a script for a module by its name.
for (const name of ['what-if-simd', 'what-if']) {
  const program = await import(pathToFileURL(join('build', name, `${name}.mjs`)).href);
  program.initSync({ module: new WebAssembly.Module(readFileSync(join('build', name, `${name}_bg.wasm`))) });
  seed = 42;
  const trial = new program.Trial(JSON.stringify(NAMES), now);
  let reading = 0;
  for (let page = 0; page < 50; page++) {
    const text = JSON.stringify({ leads: Array.from({ length: 2000 }, (_, n) => lead(page * 2000 + n)) });
    const start = performance.now();
    trial.add(text);
    reading += performance.now() - start;
  }
  const bent = (place) => {
    const rules = model.rules.map((one, n) => (n === place ? { ...one, points: one.points + 1 + random(20) } : one));
    return JSON.stringify({ ...model, rules });
  };
  const timed = (work) => { const start = performance.now(); work(); return performance.now() - start; };
  const first = timed(() => trial.base(JSON.stringify(model)));
  const fit = median(Array.from({ length: 15 }, () => timed(() => trial.try_model(bent(random(40))))));
  const engagement = median(Array.from({ length: 15 }, () => timed(() => trial.try_model(bent(40 + random(20))))));
  console.log(`${name}, ${trial.count().toLocaleString('en')} leads x 60 rules x 20 events: read ${shown(reading)}, first ${shown(first)}, a rule of fit ${shown(fit)}, of engagement ${shown(engagement)} (score, matrix, histograms, order)`);
  trial.free();
}

// In Chromium, the page on the seeded book.
const browser = await chromium.launch({ executablePath: process.env.CHROMIUM_PATH, args: ['--no-sandbox', '--disable-gpu'] });
const page = await browser.newPage();
const { origin } = new URL(link);
await page.goto(link);
await page.waitForSelector('.today__list, .empty');
await measure('the seeded book');
await learn();
// The same page on the book from above, and on a tenth of it, in place of what is stored.
let book = 100_000;
await page.route('**/api/v1/scoring', (route) => route.fulfill({ json: {
  model, facts: NAMES, versions: [{ version: 1, published_at: new Date(now).toISOString(), author: '', note: '', rules: rules.length }],
  rescoring: { version: 1, is_done: true, is_caught_up: true, looked_at: 0, changed: 0 },
} }));
await page.route('**/api/v1/scoring/book*', (route) => {
  const after = new URL(route.request().url()).searchParams.get('after');
  const from = after ? parseInt(after.slice(-12), 16) + 1 : 0;
  if (from === 0) seed = 42;
  const leads = Array.from({ length: Math.min(2_000, book - from) }, (_, n) => lead(from + n));
  return route.fulfill({ json: { leads, ...(from + leads.length < book && { next: leads.at(-1).id }) } });
});
await measure('100,000 leads x 60 rules x 20 events');
book = 10_000;
await measure('10,000 of them');
await learn();
await browser.close();

async function measure(what) {
  // The draft of the measurement before is no part of this one.
  await page.evaluate(() => localStorage.removeItem('scoring-draft'));
  const opened = performance.now();
  await page.goto(`${origin}/scoring`);
  await page.getByText(/leads, scored on this device/).waitFor({ timeout: 300_000 });
  console.log(`in Chromium, ${what}: read and scored in ${((performance.now() - opened) / 1000).toFixed(1)} s`);
  const dragged = await page.evaluate(async () => {
    const slider = document.querySelectorAll('.rule__slider')[1];
    const sum = () => [...document.querySelectorAll('.matrix__change')].map((cell) => cell.textContent).join();
    const frames = [];
    let before = performance.now();
    for (let step = 0; step < 240; step++) {
      slider.value = String(25 + (step % 60));
      slider.dispatchEvent(new Event('input', { bubbles: true }));
      const at = await new Promise(requestAnimationFrame);
      frames.push(at - before);
      before = at;
    }
    const waits = [];
    for (let step = 0; step < 9; step++) {
      await new Promise((resolve) => setTimeout(resolve, 900));
      const [old, start] = [sum(), performance.now()];
      slider.value = String((step % 2 ? 1 : -1) * (70 + step));
      slider.dispatchEvent(new Event('input', { bubbles: true }));
      while (sum() === old && performance.now() - start < 5000) await new Promise((resolve) => setTimeout(resolve, 1));
      waits.push(performance.now() - start);
    }
    return { frames: frames.slice(1).sort((a, b) => a - b), waits: waits.sort((a, b) => a - b) };
  });
  const { frames, waits } = dragged;
  console.log(`  while a slider moves: frame median ${shown(frames[frames.length >> 1])}, p95 ${shown(frames[Math.floor(frames.length * 0.95)])}, worst ${shown(frames.at(-1))}; from the slider to the new matrix median ${shown(waits[waits.length >> 1])}, worst ${shown(waits.at(-1))}`);
}

async function learn() {
  const learning = performance.now();
  await page.getByRole('button', { name: 'Learn from outcomes' }).click();
  await page.getByRole('region', { name: 'The card' }).waitFor({ timeout: 120_000 });
  const learned = await page.getByText(/^Learned from .* leads/).textContent();
  console.log(`  ${learned.split('.')[0].toLowerCase()}, with all checks, in ${((performance.now() - learning) / 1000).toFixed(1)} s`);
}
