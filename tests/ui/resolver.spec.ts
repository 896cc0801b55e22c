// One story against a resolver that nobody here wrote: unbound behind dnsdist, which speaks
// DNS-over-HTTPS over HTTP/1.1.
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from '@playwright/test';
import { test } from './pages';
import { deployment } from './start';

test('a real resolver gives the same verdicts', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'plumbline-dns-'));
  const [dns, plain, https] = await freePorts(3);
  const zone = [
    'good.co. 300 IN MX 10 mx1.good.co.',
    'mx1.good.co. 300 IN A 8.8.8.8',
    'nullmx.co. 300 IN MX 0 .',
    'aonly.co. 300 IN A 8.8.8.8',
    'private.co. 300 IN A 10.0.0.1',
    'text.co. 300 IN TXT \\"v=spf1 -all\\"',
  ];
  writeFileSync(
    join(folder, 'unbound.conf'),
    `server:
  interface: 127.0.0.1@${dns}
  do-daemonize: no
  username: ""
  chroot: ""
  directory: "${folder}"
  pidfile: ""
  use-syslog: no
  module-config: "iterator"
  local-zone: "." static
${zone.map((line) => `  local-data: "${line.replaceAll('\\"', "'")}"`).join('\n')}
  local-zone: "refused.co." refuse
  local-zone: "timeout.co." deny
`,
  );
  writeFileSync(
    join(folder, 'dnsdist.conf'),
    `setACL({"127.0.0.0/8"})
setSecurityPollSuffix("")
setLocal("127.0.0.1:${plain}")
addDOHLocal("127.0.0.1:${https}", nil, nil, "/dns-query")
newServer({address="127.0.0.1:${dns}", checkName="good.co.", checkType="MX"})
`,
  );
  const programs: ChildProcess[] = [
    spawn(process.env.UNBOUND_PATH!, ['-d', '-c', join(folder, 'unbound.conf')], { stdio: 'ignore' }),
    spawn(process.env.DNSDIST_PATH!, ['--supervised', '--disable-syslog', '-C', join(folder, 'dnsdist.conf')], { stdio: 'ignore' }),
  ];
  for (const program of programs) {
    program.on('exit', (code) => code && console.error(`${program.spawnfile} ended with ${code}`));
  }
  const url = `http://127.0.0.1:${https}/dns-query`;
  const main = await deployment(url, '--rate', '100000', '--lookups', '100000');
  try {
    const key = execFileSync(process.env.PLUMBLINE_XTASK!, ['api-key', 'dns', '--state', main.state], { encoding: 'utf8' }).trim();
    const check = async (domain: string) => {
      const answer = await fetch(`${main.origin}/api/v1/email-checks`, {
        method: 'POST',
        headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
        body: JSON.stringify({ addresses: [`ada@${domain}`] }),
      });
      const { verdict, reasons } = (await answer.json()).checks[0].assessment;
      return `${verdict} ${reasons[0]}`;
    };
    // What failed once, since the resolver was not up yet, is not asked again for 30 seconds.
    await expect.poll(() => check('good.co').catch(() => ''), { timeout: 45_000, intervals: [500] }).toBe('deliverable mx_ok');
    expect(await check('nullmx.co')).toBe('undeliverable null_mx');
    expect(await check('aonly.co')).toBe('risky implicit_mx');
    expect(await check('private.co')).toBe('undeliverable address_not_public');
    expect(await check('text.co')).toBe('undeliverable no_mx_no_address');
    expect(await check('nothing.co')).toBe('undeliverable nxdomain');
    expect(await check('refused.co')).toBe('unknown dns_refused');
    expect(await check('timeout.co')).toMatch(/^unknown (dns_timeout|ns_unreachable)$/);
  } finally {
    await main.stop();
    for (const program of programs) program.kill('SIGTERM');
    rmSync(folder, { recursive: true, force: true });
  }
});

// Ports that are free for UDP and for TCP, all held until the last is found: two that are looked for
// one after the other may be the same.
async function freePorts(count: number): Promise<number[]> {
  const held: { port: number; free: () => Promise<unknown> }[] = [];
  while (held.length < count) {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const socket = createSocket('udp4').bind(port, '127.0.0.1');
    const bound = await Promise.race([once(socket, 'listening').then(() => true), once(socket, 'error').then(() => false)]).catch(() => false);
    if (bound) held.push({ port, free: () => Promise.all([once(server.close(), 'close'), once(socket.close(), 'close')]) });
    else server.close();
  }
  await Promise.all(held.map((one) => one.free()));
  return held.map((one) => one.port);
}
