// The built Worker, or another of this folder (`same_job`, `bare_lookup`), on its own workerd with its own
// local D1: node serve.mjs PORT STATE RESOLVER [FOLDER].
// MINIFLARE names the module to use, so that a peer is measured on the very same runtime.
import { createHash } from 'node:crypto';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const [port, state, resolver, other] = process.argv.slice(2);
const root = join(import.meta.dirname, '../..');
const { Miniflare } = await import(pathToFileURL(process.env.MINIFLARE).href);
const sql = (name) => readFileSync(join(root, 'edge/sql', `${name}.sql`), 'utf8');
const statements = {
  insert: sql('leads/insert'),
  find: sql('events/find_undelivered_end'),
  index: sql('search/index'),
  advance: sql('events/advance_cursor'),
};
const folder = join(root, other ? `tests/bench/${other}` : 'build/worker');
const beside = other
  ? { type: 'ESModule', path: join(folder, 'statements.js'), contents: `export const statements = ${JSON.stringify(statements)};` }
  : ['index_bg.wasm', 'desk_bg.wasm', 'workshop_bg.wasm', 'phone_bg.wasm'].map((name) => ({ type: 'CompiledWasm', path: join(folder, name) }))
    .concat(['desk.js', 'workshop.js'].map((name) => ({ type: 'ESModule', path: join(folder, name) })));
const asset = (request) => new Response(readFileSync(join(root, 'public', new URL(request.url).pathname), 'utf8'));
const limit = { simple: { limit: 1_000_000_000, period: 10 } };
const started = performance.now();
const miniflare = new Miniflare({
  host: '127.0.0.1',
  port: Number(port),
  modulesRoot: folder,
  modules: [{ type: 'ESModule', path: join(folder, 'index.js') }, beside].flat(),
  compatibilityDate: '2026-04-01',
  d1Databases: { DB: 'plumbline' },
  d1Persist: state,
  kvNamespaces: ['CACHE'],
  durableObjects: { LEAD_FEED: { className: 'LeadFeed', useSQLite: true } },
  ratelimits: { REQUEST_LIMIT: limit, LOOKUP_LIMIT: limit },
  serviceBindings: { ASSETS: asset },
  bindings: { SIGNING_KEY: '0'.repeat(64), DOH_URL: resolver },
});
await miniflare.ready;
const database = await miniflare.getD1Database('DB');
const known = await database.prepare("SELECT count(*) AS n FROM sqlite_master WHERE name = 'leads'").first();
if (!known.n) {
  for (const file of readdirSync(join(root, 'edge/migrations')).sort()) {
    const text = readFileSync(join(root, 'edge/migrations', file), 'utf8').replace(/^\s*--.*$/gm, '');
    // A trigger holds statements of its own; they end with END.
    const statements = text.match(/\s*CREATE TRIGGER[\s\S]*?END;|[^;]+;/g).map((one) => one.trim()).filter(Boolean);
    await database.batch(statements.map((one) => database.prepare(one)));
  }
}
// A key to check domains with; the deployment lasts as long as the measure.
const secret = `plk_${'0'.repeat(43)}`;
const hash = createHash('sha256').update(secret).digest('hex');
await database.prepare(`INSERT OR IGNORE INTO ${sql('api_keys/insert').replace('INSERT INTO ', '')}`).bind(hash, crypto.randomUUID(), 'bench', 'checks', Date.now()).run();
const children = readFileSync(`/proc/${process.pid}/task/${process.pid}/children`, 'utf8').trim().split(' ').map(Number);
const workerd = children.filter((pid) => readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('workerd'));
console.log(JSON.stringify({ ready: true, port: Number(port), workerd, secret, up_ms: Math.round(performance.now() - started) }));
process.stdin.on('end', async () => {
  await miniflare.dispose();
  process.exit(0);
}).resume();
