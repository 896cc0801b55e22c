// One story against a resolver that nobody here wrote: unbound behind dnsdist, which speaks
// DNS-over-HTTPS over HTTP/1.1.
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from '@playwright/test';
import { test } from './pages';
import { deployment } from './start';

test('a real resolver gives the same verdicts', async () => {
  test.setTimeout(60_000);
  const folder = mkdtempSync(join(tmpdir(), 'plumbline-dns-'));
  const [dns, plain, https] = [await freePort(), await freePort(), await freePort()];
  const zone = [
    'good.co. 300 IN MX 10 mx1.good.co.',
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
    await expect.poll(() => check('good.co').catch(() => ''), { timeout: 20_000, intervals: [500] }).toBe('deliverable mx_ok');
    expect(await check('nullmx.co')).toBe('undeliverable null_mx');
    expect(await check('aonly.co')).toBe('risky implicit_mx');
    expect(await check('private.co')).toBe('undeliverable address_not_public');
    expect(await check('text.co')).toBe('undeliverable no_mail_host');
    expect(await check('nothing.co')).toBe('undeliverable nxdomain');
    expect(await check('refused.co')).toBe('unknown dns_refused');
    expect(await check('timeout.co')).toMatch(/^unknown (dns_timeout|ns_unreachable)$/);
  } finally {
    await main.stop();
    for (const program of programs) program.kill('SIGTERM');
    rmSync(folder, { recursive: true, force: true });
  }
});

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const socket = createSocket('udp4');
    socket.bind(0, '127.0.0.1', () => {
      const { port } = socket.address();
      socket.close(() => resolve(port));
    });
  });
}
