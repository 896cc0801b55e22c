// The same scorer, the same hundred thousand cases: natively (cargo test), in Chromium (with its instructions for
// many numbers at once and without them), in workerd.
import { spawn } from 'node:child_process';
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { type AddressInfo, createServer as createSocket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from '@playwright/test';
import { test } from './pages';

const root = join(__dirname, '../..');
const agreed = readFileSync(join(root, 'tests/scorer/fingerprint.txt'), 'utf8').trim();

// As it is, and for many numbers at once.
for (const folder of ['scorer-web', 'scorer-web-simd']) {
  test(`Chromium scores as the native build does: ${folder}`, async ({ page }) => {
    const types: Record<string, string> = { js: 'text/javascript', wasm: 'application/wasm', html: 'text/html' };
    const server = createServer((request, answer) => {
      const name = request.url === '/' ? undefined : request.url!.slice(1);
      answer.setHeader('content-type', types[name?.split('.').pop() ?? 'html'] ?? 'text/plain');
      answer.end(name ? readFileSync(join(root, 'build', folder, name)) : '<!doctype html><link rel="icon" href="data:,"><title>Scorer</title>');
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
    const found = await page.evaluate(async () => {
      const scorer = await import(`${location.origin}/scorer.js`);
      await scorer.default({ module_or_path: '/scorer_bg.wasm' });
      return scorer.fingerprint(42, 100_000) as string;
    });
    server.close();
    expect(found).toBe(agreed);
  });
}

test('workerd scores as the native build does', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'plumbline-scorer-'));
  for (const file of ['scorer.js', 'scorer_bg.wasm']) copyFileSync(join(root, 'build/scorer-module', file), join(folder, file));
  writeFileSync(join(folder, 'index.js'), `import { fingerprint } from './scorer.js';\nexport default { fetch: () => new Response(fingerprint(42, 100_000)) };\n`);
  const rules = [{ type: 'ESModule', globs: ['**/*.js'], fallthrough: false }, { type: 'CompiledWasm', globs: ['**/*.wasm'], fallthrough: false }];
  writeFileSync(join(folder, 'wrangler.json'), JSON.stringify({ name: 'scorer', main: 'index.js', compatibility_date: '2026-10-20', no_bundle: true, find_additional_modules: true, rules }));
  const port = await freePort();
  const environment = { ...process.env, CI: '1', WRANGLER_SEND_METRICS: 'false', CLOUDFLARE_CF_FETCH_ENABLED: 'false' };
  const args = ['dev', '--local', '--config', join(folder, 'wrangler.json'), '--ip', '127.0.0.1', '--port', String(port), '--inspector-port', '0', '--log-level', 'error'];
  const server = spawn(join(root, 'node_modules/.bin/wrangler'), args, { stdio: 'ignore', env: environment });
  const ended = new Promise((resolve) => server.on('exit', resolve));
  try {
    const read = () => fetch(`http://127.0.0.1:${port}/`).then((answer) => answer.text(), () => '');
    await expect.poll(read, { timeout: 60_000 }).toBe(agreed);
  } finally {
    server.kill('SIGTERM');
    await ended;
    rmSync(folder, { recursive: true, force: true });
  }
});

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const socket = createSocket();
    socket.listen(0, '127.0.0.1', () => {
      const { port } = socket.address() as AddressInfo;
      socket.close(() => resolve(port));
    });
  });
}
