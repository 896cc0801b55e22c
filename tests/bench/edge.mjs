// CPU per submission and per refusal beside hand-written JavaScript, interleaved in one run: a peer
// that stores one row, and one that does the same job as we do. Then
// kills in a burst. node edge.mjs PEERS RESOLVER [--rounds N] [--kills N]
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const [peers, resolver, ...rest] = process.argv.slice(2);
const option = (name, other) => (rest.includes(name) ? Number(rest[rest.indexOf(name) + 1]) : other);
const rounds = option('--rounds', 5);
const kills = option('--kills', 50);
const { load, http } = await import(pathToFileURL(join(peers, 'load.mjs')));
const state = mkdtempSync(join(tmpdir(), 'plumbline-bench-'));
const MINIFLARE = join(peers, 'node_modules/miniflare/dist/src/index.js');
const run = Date.now().toString(36);

function start(script, args, cwd) {
  const child = spawn(process.execPath, [script, ...args], { cwd, stdio: ['pipe', 'pipe', 'ignore'], env: { ...process.env, MINIFLARE } });
  return new Promise((resolve, reject) => {
    let text = '';
    child.stdout.on('data', (data) => {
      text += data;
      const line = text.split('\n').find((one) => one.startsWith('{"ready"'));
      if (line) resolve({ child, ...JSON.parse(line) });
    });
    child.on('exit', (code) => reject(new Error(`${script} ended with ${code}`)));
  });
}

function stop(server) {
  return new Promise((resolve) => {
    server.child.removeAllListeners('exit');
    server.child.on('exit', resolve);
    server.child.stdin.end();
    setTimeout(() => {
      server.child.kill('SIGKILL');
      resolve();
    }, 3_000);
  });
}

const serve = (port, folder, ...other) => start(join(import.meta.dirname, 'serve.mjs'), [port, join(state, folder), resolver, ...other]);
const ours = (folder) => serve('18811', folder);
const cpu = (pid) => {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1].split(' ');
  return (Number(fields[11]) + Number(fields[12])) * 10;
};
const median = (list) => list.slice().sort((a, b) => a - b)[list.length >> 1];

const sizes = ['1-10', '11-50', '51-200', '201-1000', '1000+'];
const need = 'We would like a quote for twenty seats and to hear about pricing next quarter.';
const post = '/api/v1/forms/demo/submissions';
const ourLead = (i) => JSON.stringify({ answers: { name: `Ada ${i}`, email: `ada${i}@good${i % 97}.co`, company: `Analytical ${i % 997}`, company_size: sizes[i % 5], need } });
const peerLead = (i) => JSON.stringify({ name: `Ada ${i}`, email: `ada${i}@good${i % 97}.co`, company: `Analytical ${i % 997}`, size: sizes[i % 5], message: need, source: 'landing' });

const plain = await start(join(peers, 'serve.mjs'), ['plain', '18812', join(state, 'plain')], peers);
const own = await ours('own');
const same = await serve('18813', 'same', 'same_job');
let serial = 0;
const scenarios = [
  ['submit, 16 connections', (mine) => {
    const i = serial++;
    return { bytes: http('POST', mine ? post : '/api/leads', { 'idempotency-key': `${run}-${i}` }, mine ? ourLead(i) : peerLead(i)) };
  }],
  ['refuse, 16 connections', (mine) => ({ bytes: http('POST', mine ? post : '/api/leads', {}, mine ? '{"answers":{"name":"x","email":"nope"}}' : '{"name":"x","email":"nope"}') })],
];
const found = new Map();
for (let round = -1; round < rounds; round++) {
  for (const [name, make] of scenarios) {
    for (const [who, server] of [['plumbline', own], ['JavaScript', plain], ['same job', same]]) {
      const pid = server.workerd.at(-1);
      const before = cpu(pid);
      const result = await load({ port: server.port, conns: 16, seconds: round < 0 ? 2 : 3, make: () => make(who !== 'JavaScript') });
      // What a submission leaves to be done afterwards is its own, and not the next scenario's.
      await new Promise((resolve) => setTimeout(resolve, 1_000));
      const each = ((cpu(pid) - before) / result.n) * 1000;
      // The first round warms up.
      if (round >= 0) found.set(`${name}|${who}`, [...(found.get(`${name}|${who}`) ?? []), { each, ...result }]);
    }
  }
}
for (const [name] of scenarios) {
  const measured = ['plumbline', 'JavaScript', 'same job'].map((who) => found.get(`${name}|${who}`));
  const [x, y, z] = measured.map((list) => median(list.map((one) => one.each)));
  const answers = measured.map((list) => Object.keys(list[0].status).join('/')).join(', ');
  const rates = measured.map((list) => `${median(list.map((one) => one.rps))}/s`).join(', ');
  console.log(`${name.padEnd(24)} ${Math.round(x)} µs CPU, peer ${Math.round(y)} µs, ratio ${(x / y).toFixed(2)}; the same job in JavaScript ${Math.round(z)} µs, ratio ${(x / z).toFixed(2)} (${answers}; ${rates})`);
}
await stop(plain);
await stop(own);
await stop(same);

// What the widget does when no answer comes: the same key again.
const acknowledged = new Map();
const sent = new Set();
let twice = 0;
const make = (key) => ({ key, bytes: http('POST', post, { 'idempotency-key': key }, ourLead(Number(key.split('-')[1]))) });
const onAnswer = (request, code, body) => {
  if (code !== 200 && code !== 201) return;
  const id = JSON.parse(body).lead_id;
  if (acknowledged.has(request.key) && acknowledged.get(request.key) !== id) twice++;
  acknowledged.set(request.key, id);
};
let server = await ours('crash');
for (let kill = 0; kill < kills; kill++) {
  const burst = load({ port: server.port, conns: 32, seconds: 5, onAnswer, make: () => {
    const key = `${run}c-${serial++}`;
    sent.add(key);
    return make(key);
  } });
  await new Promise((resolve) => setTimeout(resolve, 100 + Math.random() * 300));
  for (const pid of server.workerd) process.kill(pid, 'SIGKILL');
  await burst;
  await stop(server);
  server = await ours('crash');
  const open = [...sent].filter((key) => !acknowledged.has(key));
  let next = 0;
  if (open.length) await load({ port: server.port, conns: 8, seconds: 30, max: open.length, onAnswer, make: () => make(open[next++]) });
}
await stop(server);
const { DatabaseSync } = await import('node:sqlite');
const { globSync } = await import('node:fs');
const file = globSync(join(state, 'crash/**/*.sqlite')).find((path) => !path.includes('metadata'));
const { stored, keys } = new DatabaseSync(file).prepare('SELECT count(*) AS stored, count(DISTINCT idempotency_key) AS keys FROM leads').get();
const lost = acknowledged.size < sent.size || keys < sent.size;
console.log(`${String(kills).padEnd(2)} kills in a burst       ${sent.size} sent, ${acknowledged.size} acknowledged, ${stored} stored under ${keys} keys, ${twice} keys with two ids`);
rmSync(state, { recursive: true, force: true });
process.exit(lost || twice || stored !== keys ? 1 : 0);
