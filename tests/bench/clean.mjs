// Cleaning a list of 20,000 addresses: the product, a Worker that asks one bare question for each domain, and
// deep-email-validator, in turns within one run. node clean.mjs PEERS CLEAN RESOLVER [--rounds N]
import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const [peers, clean, resolver, ...rest] = process.argv.slice(2);
const rounds = rest[0] === '--rounds' ? Number(rest[1]) : 3;
const ADDRESSES = 20_000;
// As many as the dashboard has under way, each with as many domains.
const [LANES, DOMAINS] = [6, 4];
const state = mkdtempSync(join(tmpdir(), 'plumbline-clean-'));
const env = { ...process.env, MINIFLARE: join(peers, 'node_modules/miniflare/dist/src/index.js') };
const children = [];

function start(program, args, options, ready) {
  const child = spawn(program, args, { stdio: ['pipe', 'pipe', 'ignore'], env, ...options });
  children.push(child);
  return new Promise((resolve, reject) => {
    let text = '';
    child.stdout.on('data', (data) => {
      text += data;
      const line = text.split('\n').find((one) => one.startsWith(ready));
      if (line) resolve(line);
    });
    child.on('exit', (code) => reject(new Error(`${program} ended with ${code}`)));
  });
}

async function serve(port, folder, ...other) {
  const line = await start(process.execPath, [join(import.meta.dirname, 'serve.mjs'), port, join(state, folder), resolver, ...other], {}, '{"ready"');
  return JSON.parse(line);
}

const cpu = (pids) => pids.reduce((sum, pid) => {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1].split(' ');
  return sum + (Number(fields[11]) + Number(fields[12])) * 10;
}, 0);

const scorer = await import(pathToFileURL('build/scorer-web/scorer.mjs').href);
scorer.initSync({ module: new WebAssembly.Module(readFileSync('build/scorer-web/scorer_bg.wasm')) });
// The scripted resolver answers by how a name begins, below an ending that registries have.
const ours = (text) => text.replaceAll('.example', '.co').replaceAll('.Example', '.co')
  .replace(/@co(\d)/gi, '@good$1').replace(/@gone/, '@nxd').replace(/@nomx/, '@implicit');
const list = execFileSync('python3', [join(clean, 'list.py'), ADDRESSES, '7'], { maxBuffer: 1 << 28 }).toString();
const file = join(state, 'list.txt');
writeFileSync(file, list);
const addresses = list.trim().split('\n').map(ours);

/// Reads the list, asks for each domain once, and returns what was counted. Each round has domains of its
/// own, so that no answer is kept from the round before.
async function run({ port, workerd, secret }, round) {
  const [started, before] = [performance.now(), cpu(workerd)];
  const counts = new Map();
  const out = {};
  for (const address of addresses) {
    const domain = scorer.mail_domain(address);
    if (domain === undefined) out.syntax = (out.syntax ?? 0) + 1;
    else counts.set(domain, (counts.get(domain) ?? 0) + 1);
  }
  const domains = [...counts.keys()];
  let next = 0;
  const lane = async () => {
    while (next < domains.length) {
      const some = domains.slice(next, next += DOMAINS);
      const asked = some.map((domain) => domain.replace(/\.co$/, `-${round}.co`));
      const answer = await fetch(`http://127.0.0.1:${port}/api/v1/domain-reports`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${secret}` },
        body: JSON.stringify({ domains: asked }),
      });
      if (!answer.ok) throw new Error(`${answer.status} ${await answer.text()}`);
      const { reports } = await answer.json();
      reports.forEach((report, i) => {
        const verdict = report.verdict ?? report;
        out[verdict] = (out[verdict] ?? 0) + counts.get(some[i]);
      });
    }
  };
  await Promise.all(Array.from({ length: LANES }, lane));
  const seconds = (performance.now() - started) / 1000;
  return { per_s: ADDRESSES / seconds, cpu: ((cpu(workerd) - before) * 1000) / domains.length, domains: domains.length, out };
}

async function validator() {
  const said = execFileSync(process.execPath, ['bench.mjs', file, '18817'], { cwd: clean, maxBuffer: 1 << 26 });
  return JSON.parse(said.toString().trim().split('\n').at(-1));
}

const median = (all, of) => all.map(of).sort((a, b) => a - b)[all.length >> 1];
try {
  const product = await serve('18815', 'product');
  const bare = await serve('18816', 'bare', 'bare_lookup');
  await start('python3', [join(clean, 'dnsd.py'), '18817'], {}, 'ready');
  const [own, plain, peer] = [[], [], []];
  for (let round = 0; round < rounds; round++) {
    plain.push(await run(bare, round));
    own.push(await run(product, round));
    peer.push(await validator());
  }
  const rate = (all) => median(all, (one) => one.per_s);
  const line = (name, all) => console.log(`  ${name.padEnd(30)} ${String(Math.round(rate(all))).padStart(7)} addresses a second`);
  console.log(`a list of ${ADDRESSES} addresses with ${own[0].domains} domains, ${LANES} calls of ${DOMAINS} domains at once, medians of ${rounds}`);
  line('Plumbline', own);
  line('one bare question a domain', plain);
  line('deep-email-validator', peer);
  console.log(`  ${(rate(own) / rate(plain)).toFixed(2)} × of the bare Worker, ${(rate(own) / rate(peer)).toFixed(1)} × of deep-email-validator; workerd ${Math.round(median(own, (one) => one.cpu))} µs a domain beside ${Math.round(median(plain, (one) => one.cpu))} µs`);
  console.log(`  Plumbline says ${JSON.stringify(own[0].out)}`);
  console.log(`  the bare Worker says ${JSON.stringify(plain[0].out)}`);
} finally {
  for (const child of children) {
    child.removeAllListeners('exit');
    child.stdin.end();
  }
  setTimeout(() => {
    for (const child of children) child.kill('SIGKILL');
    rmSync(state, { recursive: true, force: true });
    process.exit();
  }, 2_000);
}
