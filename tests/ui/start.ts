// Starts the scripted resolver and a deployment with sample leads, and ends both afterwards.
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

export function started(command: string, args: string[], patterns: RegExp[]): Promise<[ChildProcess, string[]]> {
  const child = spawn(command, args, { stdio: ['pipe', 'pipe', 'pipe'] });
  // What a server says is only of interest if it ends.
  const said: string[] = [];
  createInterface({ input: child.stderr! }).on('line', (line) => {
    said.push(line);
    if (said.length > 60) said.shift();
  });
  return new Promise((resolve, reject) => {
    const found: string[] = [];
    createInterface({ input: child.stdout! }).on('line', (line) => {
      const match = patterns[found.length]?.exec(line);
      if (match) found.push(match[1]);
      if (found.length === patterns.length) resolve([child, found]);
    });
    child.on('exit', (code) => reject(new Error(`${command} ended with ${code}:\n${said.join('\n')}`)));
  });
}

export function ended(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    child.removeAllListeners('exit');
    child.on('exit', () => resolve());
    child.stdin!.end();
  });
}

export async function deployment(resolver: string, ...options: string[]) {
  const state = mkdtempSync(join(tmpdir(), 'plumbline-ui-'));
  const args = ['serve', '--port', '0', '--until-stdin-closes', '--state', state, '--doh', resolver, ...options];
  const patterns = [/^sign in once: (.*)$/, /^ready (.*)$/];
  const [process_, [link, origin]] = await started(process.env.PLUMBLINE_XTASK!, args, patterns);
  const stop = async () => {
    await ended(process_);
    rmSync(state, { recursive: true, force: true });
  };
  return { state, link, origin, stop };
}

export function newLink(state: string, origin: string): string {
  const port = new URL(origin).port;
  return execFileSync(process.env.PLUMBLINE_XTASK!, ['sign-in-link', '--state', state, '--port', port], { encoding: 'utf8' }).trim();
}

export default async function start() {
  const [resolver, [url]] = await started(process.env.PLUMBLINE_RESOLVER!, [], [/^(http.*)$/]);
  const main = await deployment(url, '--rate', '1000000', '--lookups', '1000000', '--seed', '10000');
  Object.assign(process.env, { ORIGIN: main.origin, STATE: main.state, FIRST_LINK: main.link, RESOLVER_URL: url });
  return async () => {
    await main.stop();
    await ended(resolver);
  };
}
