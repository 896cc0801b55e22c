// What several stories do: sign in, fill the form, look for faults of access.
import { execFileSync } from 'node:child_process';
import AxeBuilder from '@axe-core/playwright';
import { type Browser, type BrowserContext, type Page, expect, test as base } from '@playwright/test';
import { deployment, newLink } from './start';

export { expect };
export const origin = () => process.env.ORIGIN!;

// One session for all stories of a worker: making a link takes seconds.
let cookie: { name: string; value: string } | undefined;

export async function signIn(context: BrowserContext): Promise<void> {
  if (!cookie) {
    const page = await context.newPage();
    await page.goto(newLink(process.env.STATE!, origin()));
    await expect(page.getByRole('heading', { name: 'Today' })).toBeVisible();
    const found = (await context.cookies()).find((one) => one.name.includes('plumbline'))!;
    cookie = { name: found.name, value: found.value };
    await page.close();
  }
  await context.addCookies([{ ...cookie, url: origin(), httpOnly: true, sameSite: 'Strict' }]);
}

export async function submit(answers: Record<string, string>, page = {}, to = origin()): Promise<string> {
  const answer = await fetch(`${to}/api/v1/forms/demo/submissions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ answers: { email: 'ada@good.co', ...answers }, page }),
  });
  expect(answer.status).toBe(201);
  return (await answer.json()).lead_id;
}

export async function fill(page: Page, answers: Record<string, string>): Promise<void> {
  for (const [label, value] of Object.entries(answers)) await page.getByLabel(label).fill(value);
}

export async function attached(page: Page): Promise<void> {
  await expect(page.locator('form[data-plumbline]')).toHaveAttribute('data-attached', '');
}

export async function leadsNamed(name: string): Promise<{ id: string; email: string }[]> {
  process.env.API_KEY ??= execFileSync(process.env.PLUMBLINE_XTASK!, ['api-key', 'ui', '--state', process.env.STATE!], { encoding: 'utf8' }).trim();
  const answer = await fetch(`${origin()}/api/v1/leads?limit=100`, { headers: { authorization: `Bearer ${process.env.API_KEY}` } });
  return (await answer.json()).leads.filter((lead: { name: string }) => lead.name === name);
}

// The cookie of an owner's session, for calls that only an owner may make.
export async function ownerCookie(browser: Browser): Promise<string> {
  const context = await browser.newContext();
  await signIn(context);
  const cookies = (await context.cookies()).map((one) => `${one.name}=${one.value}`).join('; ');
  await context.close();
  return cookies;
}

export async function expectAccessible(page: Page): Promise<void> {
  const { violations } = await new AxeBuilder({ page }).analyze();
  expect(violations.map((v) => `${v.id}: ${v.nodes.map((n) => n.target).join(' ')}`)).toEqual([]);
}

// Collects the errors of script or policy, but for those that a story provokes.
function unexpected(context: BrowserContext, expected = /^$/): string[] {
  const said: string[] = [];
  context.on('weberror', (error) => said.push(String(error.error())));
  context.on('console', (message) => {
    // A refused request is the server's answer and tested where it is caused.
    const answer = /status of \d\d\d|net::ERR_|WebSocket/.test(message.text());
    if (message.type() === 'error' && !answer && !expected.test(message.text())) said.push(message.text());
  });
  return said;
}

// A deployment of its own with so many sample leads, and its owner signed in: for what would change the book of
// every other story.
export async function withBook(browser: Browser, leads: number, story: (page: Page, book: { origin: string }) => Promise<void>): Promise<void> {
  const book = await deployment(process.env.RESOLVER_URL!, '--rate', '1000000', ...(leads ? ['--seed', String(leads)] : []));
  try {
    const context = await browser.newContext();
    const said = unexpected(context);
    const page = await context.newPage();
    await page.goto(book.link);
    await expect(page.getByRole('heading', { name: 'Today' })).toBeVisible();
    await story(page, book);
    await context.close();
    expect(said).toEqual([]);
  } finally {
    await book.stop();
  }
}

// Every story fails on an error of script or policy that nobody expected.
export const test = base.extend<{ expected: RegExp; quiet: void }>({
  // What a story provokes on purpose.
  expected: [/^$/, { option: true }],
  quiet: [
    async ({ context, expected }, use) => {
      const said = unexpected(context, expected);
      await use();
      expect(said).toEqual([]);
    },
    { auto: true },
  ],
});

let counter = 0;
export const unique = (word: string) => `${word}${Date.now().toString(36)}${counter++}`;

// What a browser's translator does: each text moves into two elements, and the text node itself is replaced.
export function translate() {
  const seen = new WeakSet<Node>();
  const roots = (from: ParentNode): ParentNode[] => [from, ...[...from.querySelectorAll('*')].flatMap((one) => (one.shadowRoot ? roots(one.shadowRoot) : []))];
  const pass = () => {
    for (const root of roots(document)) {
      const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
      const texts: Text[] = [];
      while (walker.nextNode()) texts.push(walker.currentNode as Text);
      for (const text of texts) {
        const parent = text.parentNode!;
        if (!text.data.trim() || seen.has(text) || /^(SCRIPT|STYLE|TEXTAREA|OPTION)$/.test(parent.nodeName)) continue;
        const outer = document.createElement('font');
        const said = document.createTextNode(`[${text.data}]`);
        outer.appendChild(document.createElement('font')).appendChild(said);
        seen.add(said);
        parent.replaceChild(outer, text);
      }
    }
  };
  setInterval(pass, 200);
}
