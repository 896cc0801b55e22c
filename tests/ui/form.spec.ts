// A visitor's stories: with script and without, online and off.
import { createServer } from 'node:http';
import { expect, type Locator } from '@playwright/test';
import { attached, expectAccessible, fill, leadsNamed, origin, ownerCookie, test, unique } from './pages';

test('the demo page: typing, checking, sending, thanks; by keyboard alone', async ({ page }) => {
  await page.goto(`${origin()}/demo`);
  const events: string[] = [];
  await page.exposeFunction('heard', (event: string) => events.push(event));
  await page.evaluate(() => {
    for (const name of ['start', 'submit']) {
      document.addEventListener(`plumbline:${name}`, (event) => (window as any).heard(`${name} ${JSON.stringify((event as CustomEvent).detail)}`));
    }
  });
  await expectAccessible(page);
  const name = unique('Keyboard ');
  await page.getByLabel('Name').focus();
  await page.keyboard.type(name);
  await attached(page);
  await page.keyboard.press('Tab');
  await page.keyboard.type('ada@gmial.com');
  await page.keyboard.press('Tab');
  // A slip is offered a correction, and taking it is a press of a key.
  const offer = page.getByRole('button', { name: 'ada@gmail.com' });
  await expect(offer).toBeVisible();
  await page.keyboard.press('Shift+Tab');
  await page.keyboard.press('Tab');
  await expect(offer).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(page.getByLabel('Work e-mail')).toHaveValue('ada@gmail.com');
  await expect(page.getByLabel('Work e-mail')).toBeFocused();
  await page.keyboard.press('Tab');
  await page.keyboard.type('12');
  await page.keyboard.press('Tab');
  await expect(page.getByText('6 to 15 digits')).toBeVisible();
  await expect(page.getByLabel('Phone')).toHaveAttribute('aria-invalid', 'true');
  await page.keyboard.press('Shift+Tab');
  await page.keyboard.type('3456789');
  await expect(page.getByText('6 to 15 digits')).toBeHidden();
  await page.keyboard.press('Tab');
  await page.keyboard.type('Acme');
  await page.keyboard.press('Tab');
  await page.keyboard.type('I decide');
  await expectAccessible(page);
  await page.getByRole('button', { name: 'Request a demo' }).focus();
  await page.keyboard.press('Enter');
  const thanks = page.getByRole('heading', { name: /Thank you/ });
  await expect(thanks).toBeVisible();
  await expect(thanks).toBeFocused();
  await expectAccessible(page);
  expect(await leadsNamed(name)).toHaveLength(1);
  await expect.poll(() => events).toEqual([
    'start {"form_id":"demo"}',
    expect.stringMatching(/^submit \{"form_id":"demo","next_step":"(book|guide)"\}$/),
  ]);
  expect(await page.content()).not.toMatch(/\bfit\b|engagement/);
});

test('the widget attaches without losing a character, the focus or the caret', async ({ page }) => {
  let release = () => {};
  const held = new Promise<void>((resolve) => (release = resolve));
  await page.route('**/app/widget-*.wasm', async (route) => {
    await held;
    await route.continue();
  });
  await page.goto(`${origin()}/f/demo`);
  const input = page.getByLabel('Name');
  await input.focus();
  await page.keyboard.type('Ada Weiss');
  await page.keyboard.press('ArrowLeft');
  await page.keyboard.press('ArrowLeft');
  release();
  await attached(page);
  await page.keyboard.type('!');
  await expect(input).toHaveValue('Ada Wei!ss');
  await expect(input).toBeFocused();
  expect(await input.evaluate((element: HTMLInputElement) => element.selectionStart)).toBe(8);
});

test('a domain without mail is doubted, and only the domain travels', async ({ page }) => {
  const sent: string[] = [];
  page.on('request', (request) => {
    if (request.url().includes('domain-checks')) sent.push(request.postData()!);
  });
  await page.goto(`${origin()}/f/demo`);
  await fill(page, { Name: 'Ada', 'Work e-mail': 'secret.person@nx-domain.co' });
  await attached(page);
  await page.getByLabel('Work e-mail').focus();
  await page.getByLabel('Phone').focus();
  await expect(page.getByText('We found no mail server for nx-domain.co')).toBeVisible();
  expect(sent).toEqual(['{"form_id":"demo","domain":"nx-domain.co"}']);
  await page.getByRole('button', { name: 'Request a demo' }).click();
  await expect(page.getByRole('heading', { name: /Thank you/ })).toBeVisible();
});

test('hints come with the first touch, doubt what was left, and refuse nothing', async ({ page }) => {
  let hints = 0;
  let plans = 0;
  page.on('request', (request) => {
    hints += Number(/\/app\/hints-/.test(request.url()));
    plans += Number(/\/app\/phone-.*wasm/.test(request.url()));
  });
  await page.goto(`${origin()}/f/demo`);
  await page.waitForLoadState('networkidle');
  expect(hints, 'nothing is fetched before the first touch').toBe(0);
  const email = page.getByLabel('Work e-mail');
  const phone = page.getByLabel('Phone');
  await email.focus();
  await expect.poll(() => hints).toBe(1);
  // The edge is asked too, and kept waiting here: what is said comes from the hints alone.
  await page.route('**/api/v1/domain-checks', () => {});
  const says = async (field: Locator, answer: string, sentence: string) => {
    await field.fill(answer);
    await field.blur();
    await expect(page.getByText(sentence)).toBeVisible();
  };
  await says(email, 'ada@acme.zzyx', 'We know of no ending .zzyx. Is it right?');
  await says(email, 'ada@mailinator.com', 'This looks like a throw-away address.');
  await says(email, 'sales@acme.co', 'Several people may read this mailbox.');
  await expect(email).not.toHaveAttribute('aria-invalid', 'true');

  expect(plans, 'the plans are not fetched before a number was typed').toBe(0);
  await says(phone, '+44 20 7946 09581', 'Numbers of +44 have 7 or 9–10 digits after it. Is it right?');
  await page.getByLabel('Country').selectOption({ label: 'United Kingdom' });
  await says(phone, '0400 000 0000', 'We know of no such number. Is it right?');
  await phone.fill('020 7946 0958');
  await phone.blur();
  await expect(page.getByText('We know of no such number. Is it right?')).toBeHidden();
  await expect.poll(() => plans).toBe(1);
  await expectAccessible(page);
  await page.unrouteAll();
  await page.getByLabel('Name', { exact: true }).fill('Ada');
  await page.getByRole('button', { name: 'Request a demo' }).click();
  await expect(page.getByRole('heading', { name: /Thank you/ })).toBeVisible();
});

test('without hints the form says less and works as well', async ({ page }) => {
  await page.route('**/app/hints-*', (route) => route.abort());
  await page.goto(`${origin()}/f/demo`);
  await page.getByLabel('Work e-mail').fill('sales@acme.co');
  await page.getByLabel('Work e-mail').blur();
  await page.getByLabel('Name', { exact: true }).fill('Ada');
  await expect(page.getByText('Several people may read this mailbox.')).toBeHidden();
  await page.getByRole('button', { name: 'Request a demo' }).click();
  await expect(page.getByRole('heading', { name: /Thank you/ })).toBeVisible();
});

test('wrong answers keep everything typed and lead to the first of them', async ({ page }) => {
  await page.goto(`${origin()}/f/demo`);
  await fill(page, { 'What do you need?': 'Keep me', Name: 'Ada' });
  await attached(page);
  await page.getByRole('button', { name: 'Request a demo' }).click();
  await expect(page.getByLabel('Work e-mail')).toBeFocused();
  await expect(page.getByText('Please enter your e-mail address.')).toBeVisible();
  await expect(page.getByLabel('What do you need?')).toHaveValue('Keep me');
  await expectAccessible(page);
});

test('without script the form is filled, refused, mended and sent', async ({ browser }) => {
  const context = await browser.newContext({ javaScriptEnabled: false });
  const page = await context.newPage();
  await page.goto(`${origin()}/f/demo?utm_source=newsletter`);
  const name = unique('Plain ');
  await fill(page, { Name: name, 'Work e-mail': 'ada@nowhere', 'What do you need?': 'Keep me' });
  await page.getByLabel('Your role').selectOption('influencer');
  await page.getByRole('button', { name: 'Request a demo' }).click();
  await expect(page.getByRole('alert')).toContainText('Nothing you typed is lost');
  await expect(page.getByLabel('Name')).toHaveValue(name);
  await expect(page.getByLabel('Your role')).toHaveValue('influencer');
  await expect(page.getByLabel('What do you need?')).toHaveValue('Keep me');
  await page.getByLabel('Work e-mail').fill('ada@good.co');
  await page.getByRole('button', { name: 'Request a demo' }).click();
  await expect(page.getByRole('heading', { name: /Thank you/ })).toBeVisible();
  await page.reload();
  expect(await leadsNamed(name)).toHaveLength(1);
  await context.close();
});

test('offline it is kept, and sent once when the network returns', async ({ page, context }) => {
  await page.goto(`${origin()}/f/demo`);
  const name = unique('Offline ');
  await fill(page, { Name: name, 'Work e-mail': 'ada@good.co' });
  await attached(page);
  await context.setOffline(true);
  await page.getByRole('button', { name: 'Request a demo' }).click();
  await expect(page.getByText('saved on this device')).toBeVisible();
  await expectAccessible(page);
  expect(await leadsNamed(name)).toHaveLength(0);
  await context.setOffline(false);
  await expect(page.getByRole('heading', { name: /Thank you/ })).toBeVisible();
  expect(await leadsNamed(name)).toHaveLength(1);
  expect(await page.evaluate(() => localStorage.getItem('plumbline-outbox'))).toBeNull();
});

test('what a closed tab left behind is sent by the next page, once by two', async ({ page, context }) => {
  await page.goto(`${origin()}/f/demo`);
  const name = unique('Closed ');
  await fill(page, { Name: name, 'Work e-mail': 'ada@good.co' });
  await attached(page);
  await context.setOffline(true);
  await page.getByRole('button', { name: 'Request a demo' }).click();
  await expect(page.getByText('saved on this device')).toBeVisible();
  await page.close();
  await context.setOffline(false);
  const sent: string[] = [];
  context.on('request', (request) => {
    if (request.url().endsWith('/submissions')) sent.push(request.headers()['idempotency-key']);
  });
  const [one, two] = [await context.newPage(), await context.newPage()];
  await Promise.all([one.goto(`${origin()}/demo`), two.goto(`${origin()}/f/demo`)]);
  await expect.poll(async () => (await leadsNamed(name)).length).toBe(1);
  await expect.poll(() => one.evaluate(() => localStorage.getItem('plumbline-outbox'))).toBeNull();
  expect(sent).toHaveLength(1);
});

test('one script tag in a page of strict policy, moving nothing', async ({ page, browser }) => {
  const policy = `default-src 'none'; script-src ${origin()} 'wasm-unsafe-eval'; style-src 'nonce-x'; connect-src ${origin()}; form-action ${origin()}`;
  const html = `<!doctype html><html lang="en"><title>Host</title><style nonce="x">body{font:20px Georgia}p{margin:20px}.pl-title{color:red}</style><main><h1>Host</h1><p>Before</p><script src="${origin()}/embed.js?form=demo"></script><p id="after">After</p></main>`;
  const host = createServer((_, answer) => {
    answer.writeHead(200, { 'content-type': 'text/html', 'content-security-policy': policy });
    answer.end(html);
  });
  await new Promise<void>((resolve) => host.listen(0, '127.0.0.1', resolve));
  const site = `http://127.0.0.1:${(host.address() as { port: number }).port}`;
  const cookie = await ownerCookie(browser);
  const set = (origins: string[]) => fetch(`${origin()}/api/v1/forms/demo`, { method: 'PATCH', headers: { cookie, origin: origin(), 'content-type': 'application/json' }, body: JSON.stringify({ allowed_origins: origins }) });
  expect((await set([site])).status).toBe(200);
  const requests: string[] = [];
  page.on('request', (request) => requests.push(request.url()));
  await page.addInitScript(() => {
    (window as any).shift = 0;
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) (window as any).shift += (entry as any).value;
    }).observe({ type: 'layout-shift', buffered: true });
  });
  await page.goto(site);
  // Before the first touch: the page and one script, and the beacon that the form was seen.
  expect(requests.filter((url) => !url.includes('page-views'))).toEqual([`${site}/`, `${origin()}/embed.js?form=demo`]);
  const input = page.getByLabel('Name');
  await expect(input).not.toBeFocused();
  expect(await input.evaluate((element) => getComputedStyle(element).fontFamily)).toContain('Georgia');
  expect(await page.getByRole('heading', { name: 'See it on your own pipeline' }).evaluate((element) => getComputedStyle(element).color)).not.toBe('rgb(255, 0, 0)');
  const name = unique('Embedded ');
  await fill(page, { Name: name, 'Work e-mail': 'ada@good.co' });
  await attached(page);
  expect(await page.evaluate(() => (window as any).shift)).toBe(0);
  await page.getByRole('button', { name: 'Request a demo' }).click();
  await expect(page.getByRole('heading', { name: /Thank you/ })).toBeVisible();
  expect(await leadsNamed(name)).toHaveLength(1);
  expect((await set([])).status).toBe(200);
  host.close();
});

for (const [width, scheme] of [[320, 'light'], [320, 'dark'], [1440, 'light'], [1440, 'dark']] as const) {
  test(`form and receipt at ${width} px, ${scheme}`, async ({ page }) => {
    await page.setViewportSize({ width, height: 900 });
    await page.emulateMedia({ colorScheme: scheme });
    for (const path of ['/demo', '/f/demo', '/f/demo/thanks?next=book', '/privacy']) {
      await page.goto(origin() + path);
      await expectAccessible(page);
      expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(0);
    }
  });
}
