// A form on its way through networks that lose, hold, answer for or break it: one lead each, and the truth on screen.
import { createServer } from 'node:http';
import type { Page, Route } from '@playwright/test';
import { attached, expect, expectAccessible, fill, leadsNamed, origin, ownerCookie, test, translate, unique } from './pages';

const SUBMISSIONS = '**/api/v1/forms/demo/submissions';
const button = (page: Page) => page.locator('.pl-submit');
const status = (page: Page) => page.locator('.pl-status');
const thanks = (page: Page) => page.getByRole('heading', { name: /Thank you/ });
const kept = (page: Page) => page.evaluate(() => localStorage.getItem('plumbline-outbox'));

async function filled(page: Page, name: string, path = '/f/demo'): Promise<void> {
  await page.goto(origin() + path);
  await fill(page, { Name: name, 'Work e-mail': 'ada@good.co' });
  await attached(page);
}

const html = (status: number, body = '<title>Wi-Fi</title>') => (route: Route) => route.fulfill({ status, contentType: 'text/html', body });
const problem = (status: number, code: string, more = {}) => (route: Route) =>
  route.fulfill({ status, contentType: 'application/problem+json', body: JSON.stringify({ code, title: 'x', status, ...more }) });

const FOREIGN = 'Something else answered instead of our server';
const ANSWERS: [string, (route: Route) => Promise<void>, string][] = [
  ['a sign-in page of a hotel', html(200), FOREIGN],
  ['a firewall', html(403, '<title>Just a moment...</title>'), FOREIGN],
  ['a deployment under way', html(404, 'error 1042'), FOREIGN],
  ['a proxy that wants a password', html(407, ''), FOREIGN],
  ['a conflict that is not ours', html(409), FOREIGN],
  ['a refusal in HTML', html(422), FOREIGN],
  ['an empty answer', html(204, ''), FOREIGN],
  ['a redirect to a sign-in page', (route) => route.continue({ url: `${origin()}/privacy`, method: 'GET' }), FOREIGN],
  ['half of a receipt', (route) => route.fulfill({ status: 201, contentType: 'application/json', body: '{"lead_id":"0190' }), 'The server did not answer.'],
  ['too long for the server', problem(413, 'body_too_large'), 'Please shorten it.'],
  ['a key of other answers, twice', problem(422, 'idempotency_key_reused'), 'sent before with other answers'],
  ['a refusal that names no field', problem(422, 'invalid_fields'), 'Our server did not accept this.'],
  ['a form that is gone', problem(404, 'not_found'), 'Our server did not accept this.'],
  ['too many at once', problem(429, 'rate_limited'), 'Too many forms are being sent'],
  ['a fault of ours', problem(500, 'internal'), 'Our server has a problem.'],
  ['a store that cannot be reached', problem(503, 'unavailable'), 'Our server has a problem.'],
  ['a gateway in HTML', html(502), 'Our server has a problem.'],
  ['no connection', (route) => route.abort('connectionrefused'), 'The server cannot be reached.'],
];

for (const [who, answer, sentence] of ANSWERS) {
  test(`answered by ${who}, a form is kept, says why, and is stored once when the way is free`, async ({ page }) => {
    const name = unique('Answered ');
    await page.route(SUBMISSIONS, (route) => (route.request().method() === 'POST' ? answer(route) : route.continue()));
    await filled(page, name);
    await button(page).click();
    await expect(status(page)).toContainText(sentence);
    await expect(status(page)).toContainText('saved on this device');
    await expect(button(page)).toHaveText('Request a demo');
    await expect(page.getByLabel('Name')).toHaveValue(name);
    expect(await kept(page)).not.toBeNull();
    expect(await leadsNamed(name)).toHaveLength(0);
    await page.unroute(SUBMISSIONS);
    await button(page).click();
    await expect(thanks(page)).toBeVisible();
    await expect(status(page)).toContainText('Sent as ada@good.co.');
    expect(await leadsNamed(name)).toHaveLength(1);
    expect(await kept(page)).toBeNull();
  });
}

test('what was refused for good rests for a day, and makes room for others', async ({ page }) => {
  const name = unique('Refused ');
  let posts = 0;
  await page.clock.install();
  await page.route(SUBMISSIONS, (route) => {
    posts += route.request().method() === 'POST' ? 1 : 0;
    return problem(404, 'not_found')(route);
  });
  await filled(page, name);
  await button(page).click();
  await expect(status(page)).toContainText('Your answers are saved on this device, and you can copy them.');
  await page.clock.fastForward(3_600_000);
  await page.reload();
  await page.waitForTimeout(1_500);
  await page.clock.fastForward(60_000);
  await page.waitForTimeout(1_500);
  expect(posts).toBe(1);
  // The device is full of such; a new one is kept all the same.
  await page.evaluate(() => new Promise<void>((resolve) => {
    const request = indexedDB.open('plumbline', 1);
    request.onsuccess = () => {
      const transaction = request.result.transaction('outbox', 'readwrite');
      const store = transaction.objectStore('outbox');
      store.getAll().onsuccess = (event) => {
        const [one] = (event.target as IDBRequest).result;
        for (let n = 1; n < 50; n += 1) store.put({ ...one, key: `${one.key}-${n}` });
      };
      transaction.oncomplete = () => (request.result.close(), resolve());
    };
  }));
  await page.unroute(SUBMISSIONS);
  await page.route(SUBMISSIONS, html(502));
  await filled(page, `${name}2`);
  await button(page).click();
  await expect(status(page)).toContainText('Your answers are saved on this device, and we keep trying to send them.');
  expect(await kept(page)).toBe('50');
  // A day later the owner has the form again: everything arrives.
  await page.unroute(SUBMISSIONS);
  await page.clock.fastForward(90_000_000);
  await page.reload();
  await page.waitForTimeout(1_500);
  // What the closed page had begun to send is free again after a while.
  await page.clock.fastForward(60_000);
  await expect.poll(() => kept(page), { timeout: 120_000 }).toBeNull();
  expect((await leadsNamed(name)).length).toBeGreaterThan(0);
});

test('a post without an answer is given up after 30 s and sent again by itself', async ({ page }) => {
  const name = unique('Silent ');
  let posts = 0;
  await page.clock.install();
  await page.route(SUBMISSIONS, (route) => {
    posts += 1;
    return posts === 1 ? undefined : route.continue();
  });
  await filled(page, name);
  await button(page).click();
  await expect(button(page)).toHaveText('Sending…');
  await expect(button(page)).toHaveAttribute('aria-disabled', 'true');
  await expect.poll(() => posts).toBe(1);
  await page.clock.fastForward(31_000);
  await expect(status(page)).toContainText('The server did not answer.');
  await page.clock.fastForward(16_000);
  await expect(thanks(page)).toBeVisible();
  expect(await leadsNamed(name)).toHaveLength(1);
  expect(await kept(page)).toBeNull();
});

test('a tab that is closed while it sends loses nothing', async ({ page, context }) => {
  const name = unique('Gone ');
  await page.route(SUBMISSIONS, () => undefined);
  await filled(page, name);
  await button(page).click();
  await expect(button(page)).toHaveText('Sending…');
  await expect.poll(() => kept(page)).toBe('1');
  await page.close();
  const next = await context.newPage();
  // What the closed tab had claimed is free again after a while, on this page too.
  await next.clock.install();
  await next.goto(`${origin()}/f/demo`);
  await next.waitForTimeout(1_500);
  // The browser may have gone on with the post; either way there is one lead in the end.
  expect(await kept(next)).toBe('1');
  await next.clock.fastForward(60_000);
  await expect.poll(async () => (await leadsNamed(name)).length).toBe(1);
  await expect.poll(() => kept(next)).toBeNull();
});

test('what is corrected while a form waits is what is sent, and nothing half typed', async ({ page }) => {
  const name = unique('Corrected ');
  await page.clock.install();
  const bodies: string[] = [];
  await page.route(SUBMISSIONS, (route) => {
    bodies.push(route.request().postData() ?? '');
    return route.abort('connectionrefused');
  });
  await filled(page, name);
  await fill(page, { 'Work e-mail': 'ada@gmial.com' });
  await button(page).click();
  await expect(status(page)).toContainText('saved on this device');
  await page.getByLabel('Work e-mail').fill('ada@go');
  await page.clock.fastForward(20_000);
  await page.waitForTimeout(300);
  expect(bodies).toHaveLength(1);
  await page.getByLabel('Work e-mail').fill('ada@good.co');
  await page.getByLabel('Work e-mail').blur();
  await page.unroute(SUBMISSIONS);
  await page.clock.fastForward(40_000);
  await expect(thanks(page)).toBeVisible();
  await expect(status(page)).toContainText('Sent as ada@good.co.');
  expect((await leadsNamed(name)).map((lead) => lead.email)).toEqual(['ada@good.co']);
  expect(await kept(page)).toBeNull();
});

test('a device that loses what it kept, or never answers, does not make a form say thanks or wait', async ({ page }) => {
  const name = unique('Cleared ');
  await page.route(SUBMISSIONS, (route) => route.abort('connectionrefused'));
  await filled(page, name);
  await button(page).click();
  await expect(status(page)).toContainText('saved on this device');
  await page.evaluate(() => new Promise((resolve) => {
    localStorage.clear();
    indexedDB.deleteDatabase('plumbline').onsuccess = resolve;
  }));
  await page.getByRole('button', { name: 'Send now' }).click();
  await expect(status(page)).toContainText('The server cannot be reached.');
  expect(await leadsNamed(name)).toHaveLength(0);
  await page.evaluate(() => {
    IDBFactory.prototype.open = () => ({}) as IDBOpenDBRequest;
  });
  await page.unroute(SUBMISSIONS);
  await page.getByRole('button', { name: 'Send now' }).click();
  await expect(thanks(page)).toBeVisible();
  expect(await leadsNamed(name)).toHaveLength(1);
});

test('a form that asks for what the page does not show is held for the owner', async ({ page }) => {
  const name = unique('Outdated ');
  const posts: string[] = [];
  const errors = [{ field: 'added_since', rule: { code: 'required' } }];
  await page.route(SUBMISSIONS, (route) => {
    posts.push(route.request().postData() ?? '');
    return posts.length === 1 ? problem(422, 'invalid_fields', { errors })(route) : route.continue();
  });
  await filled(page, name);
  await button(page).click();
  await expect(thanks(page)).toBeVisible();
  expect(posts.map((body) => JSON.parse(body).kept ?? false)).toEqual([false, true]);
});

test('what was accepted is not kept: an erased lead does not come back', async ({ page, context, browser }) => {
  const name = unique('Erased ');
  await page.route(SUBMISSIONS, (route) => route.abort('connectionrefused'));
  await filled(page, name);
  await button(page).click();
  await expect(status(page)).toContainText('saved on this device');
  await page.unroute(SUBMISSIONS);
  await button(page).click();
  await expect(thanks(page)).toBeVisible();
  expect(await kept(page)).toBeNull();
  const [lead] = await leadsNamed(name);
  const cookie = await ownerCookie(browser);
  const erased = await fetch(`${origin()}/api/v1/leads/${lead.id}`, { method: 'DELETE', headers: { cookie, origin: origin() } });
  expect(erased.status).toBe(204);
  const again = await context.newPage();
  await again.goto(`${origin()}/f/demo`);
  await again.getByLabel('Name').focus();
  await attached(again);
  expect(await leadsNamed(name)).toHaveLength(0);
});

test('what a form did not accept stays on the device until it is taken', async ({ page }) => {
  const name = unique('Changed ');
  const errors = [{ field: 'company', rule: { code: 'required' } }];
  let asked = 0;
  await page.route(SUBMISSIONS, (route) => {
    asked += 1;
    return asked === 1 ? route.abort('connectionrefused') : problem(422, 'invalid_fields', { errors })(route);
  });
  await filled(page, name);
  await button(page).click();
  await expect(status(page)).toContainText('saved on this device');
  await page.getByRole('button', { name: 'Send now' }).click();
  // Nothing is forgotten: what the server refused is still here, and goes once it is taken.
  await expect(page.getByText('correct the marked fields')).toBeVisible();
  expect(await kept(page)).toBe('1');
  await page.unroute(SUBMISSIONS);
  await page.goto(`${origin()}/f/demo`);
  await expect.poll(async () => (await leadsNamed(name)).length).toBe(1);
  await expect.poll(() => kept(page)).toBeNull();
});

test('two tabs agree on what was sent', async ({ page, context }) => {
  const name = unique('Twice ');
  await page.route(SUBMISSIONS, (route) => route.abort('connectionrefused'));
  await filled(page, name);
  await button(page).click();
  await expect(status(page)).toContainText('saved on this device');
  const sent: string[] = [];
  context.on('request', (request) => {
    if (request.url().endsWith('/submissions') && request.method() === 'POST') sent.push(request.headers()['idempotency-key']);
  });
  const other = await context.newPage();
  await other.goto(`${origin()}/f/demo`);
  await expect.poll(async () => (await leadsNamed(name)).length).toBe(1);
  await expect.poll(() => kept(other)).toBeNull();
  await page.unroute(SUBMISSIONS);
  await page.getByRole('button', { name: 'Send now' }).click();
  await expect(thanks(page)).toBeVisible();
  expect(sent).toHaveLength(1);
  expect(await leadsNamed(name)).toHaveLength(1);
});

test('what cannot be sent can be copied', async ({ page, context }) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  await page.route(SUBMISSIONS, (route) => route.abort('connectionrefused'));
  await filled(page, 'Copy Me');
  await page.getByLabel('Your role').selectOption('decision_maker');
  await button(page).click();
  await page.getByRole('button', { name: 'Copy my answers' }).click();
  await expect(page.getByRole('button', { name: 'Copied' })).toBeVisible();
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe('Name: Copy Me\nWork e-mail: ada@good.co\nYour role: I decide');
  await expectAccessible(page);
  // Without a clipboard the answers are shown, to be copied by hand.
  await page.evaluate(() => Object.defineProperty(navigator, 'clipboard', { value: undefined }));
  await page.getByRole('button', { name: 'Send now' }).click();
  await page.getByRole('button', { name: 'Copy my answers' }).click();
  await expect(page.getByLabel('Your answers')).toHaveValue(/Your role: I decide/);
  await expectAccessible(page);
});

for (const width of [390, 1280, 1440]) {
  for (const [what, field, answer] of [
    ['an address of a function', 'Work e-mail', 'sales@example.com'],
    ['a disposable address', 'Work e-mail', 'ada@mailinator.com'],
    ['a number that is too short', 'Phone', '+44 20 7946'],
  ]) {
    test(`the press counts at ${width} px when a note appears: ${what}`, async ({ page }) => {
      await page.setViewportSize({ width, height: 900 });
      const name = unique('Press ');
      await filled(page, name);
      await page.getByLabel(field).fill('');
      await page.getByLabel(field).pressSequentially(answer);
      await button(page).scrollIntoViewIfNeeded();
      const box = (await button(page).boundingBox())!;
      await page.mouse.move(box.x + 30, box.y + 8);
      await page.mouse.down();
      await page.waitForTimeout(90);
      expect(await button(page).boundingBox()).toEqual(box);
      await page.mouse.up();
      await expect(thanks(page)).toBeVisible();
      expect(await leadsNamed(name)).toHaveLength(1);
    });
  }
}

test('a press that meets an error is answered, and the next one sends', async ({ page }) => {
  const name = unique('Wrong ');
  await filled(page, name);
  await page.getByLabel('Phone').pressSequentially('12');
  await button(page).scrollIntoViewIfNeeded();
  const box = (await button(page).boundingBox())!;
  await page.mouse.move(box.x + 30, box.y + 8);
  await page.mouse.down();
  await page.waitForTimeout(90);
  await page.mouse.up();
  await expect(page.getByLabel('Phone')).toBeFocused();
  await expect(page.getByText('6 to 15 digits')).toBeVisible();
  await page.getByLabel('Phone').fill('');
  await button(page).click();
  await expect(thanks(page)).toBeVisible();
});

test('a touch counts when a note appears', async ({ browser }) => {
  const context = await browser.newContext({ hasTouch: true, isMobile: true, viewport: { width: 390, height: 844 } });
  const page = await context.newPage();
  const name = unique('Touch ');
  await filled(page, name);
  await page.getByLabel('Work e-mail').fill('');
  await page.getByLabel('Work e-mail').pressSequentially('sales@example.com');
  await button(page).scrollIntoViewIfNeeded();
  const box = (await button(page).boundingBox())!;
  await page.touchscreen.tap(box.x + 30, box.y + 8);
  await expect(thanks(page)).toBeVisible();
  expect(await leadsNamed(name)).toHaveLength(1);
  await context.close();
});

const SILENTLY = { name: '', email: 'selma@good.co', phone: '+44 20 7946 0033', company: 'Berg Optics', country: 'GB' };

function autofill(known: Record<string, string>) {
  const host = document.querySelector('plumbline-form');
  const form = (host ? host.shadowRoot! : document).querySelector<HTMLFormElement>('form[data-plumbline]')!;
  for (const [name, value] of Object.entries(known)) (form.elements.namedItem(name) as HTMLInputElement).value = value;
}

for (const path of ['/f/demo', '/demo']) {
  test(`what stands in the fields is sent, whatever events came: ${path}`, async ({ page }) => {
    const name = unique('Selma ');
    await page.goto(origin() + path);
    await page.getByLabel('Work e-mail').focus();
    await attached(page);
    await page.evaluate(autofill, { ...SILENTLY, name });
    await button(page).click();
    await expect(thanks(page)).toBeVisible();
    const [lead] = await leadsNamed(name);
    const answer = await fetch(`${origin()}/api/v1/leads/${lead.id}`, { headers: { authorization: `Bearer ${process.env.API_KEY}` } });
    const { answers } = (await answer.json()).lead.details;
    expect(answers).toMatchObject({ ...SILENTLY, name });
  });
}

test('sent by Enter from the first field, what happens is in sight on a phone', async ({ page }) => {
  await page.setViewportSize({ width: 320, height: 640 });
  await page.route(SUBMISSIONS, (route) => route.abort('connectionrefused'));
  await filled(page, 'Enter Early');
  await page.getByLabel('Name').focus();
  await page.keyboard.press('Enter');
  await expect(status(page)).toContainText('The server cannot be reached.');
  await expect(status(page)).toBeInViewport();
  await expect(status(page)).toHaveAttribute('role', 'status');
  await expectAccessible(page);
});

test('pressed before the widget is there, the form waits for it and is sent once', async ({ page }) => {
  const name = unique('Early ');
  let release = () => {};
  const held = new Promise<void>((resolve) => (release = resolve));
  await page.route('**/app/widget-*.wasm', async (route) => {
    await held;
    await route.continue();
  });
  await page.goto(`${origin()}/f/demo`);
  await fill(page, { Name: name, 'Work e-mail': 'ada@good.co' });
  await page.keyboard.press('Enter');
  release();
  await expect(thanks(page)).toBeVisible();
  expect(page.url()).toBe(`${origin()}/f/demo`);
  expect(await leadsNamed(name)).toHaveLength(1);
});

test('a page that is translated while it is used keeps working', async ({ page }) => {
  const name = unique('Translated ');
  await page.addInitScript(translate);
  await filled(page, name);
  const email = page.getByLabel('Work e-mail');
  await email.fill('ada@gmial.com');
  await email.blur();
  await page.locator('.pl-suggestion font').first().click();
  await expect(email).toHaveValue('ada@gmail.com');
  await email.fill('ada@nowhere');
  await button(page).click();
  await expect(page.getByText('needs an ending')).toBeVisible();
  await email.fill('ada@good.co');
  await expect(page.getByText('needs an ending')).toBeHidden();
  await page.route(SUBMISSIONS, (route) => route.abort('connectionrefused'), { times: 1 });
  await button(page).click();
  await expect(status(page)).toContainText('The server cannot be reached.');
  await page.locator('[data-do=resend] font').first().click();
  await expect(thanks(page)).toBeVisible();
  expect(await leadsNamed(name)).toHaveLength(1);
});

test('a site that is not listed sends its leads, and a blocked one says so before anybody types', async ({ page, browser }) => {
  const source = `<!doctype html><html lang="en"><title>Host</title><main><h1>Host</h1><script src="${origin()}/embed.js?form=demo"></script></main>`;
  const host = createServer((_, answer) => void answer.writeHead(200, { 'content-type': 'text/html' }).end(source));
  await new Promise<void>((resolve) => host.listen(0, '127.0.0.1', resolve));
  const site = `http://127.0.0.1:${(host.address() as { port: number }).port}`;
  const name = unique('Unlisted ');
  await page.goto(site);
  await fill(page, { Name: name, 'Work e-mail': 'ada@good.co' });
  await attached(page);
  await expect(page.getByRole('link', { name: 'How we treat your data' })).toHaveAttribute('href', `${origin()}/privacy`);
  await button(page).click();
  await expect(thanks(page)).toBeVisible();
  expect(await leadsNamed(name)).toHaveLength(1);
  const cookie = await ownerCookie(browser);
  const set = (change: object) => fetch(`${origin()}/api/v1/forms/demo`, { method: 'PATCH', headers: { cookie, origin: origin(), 'content-type': 'application/json' }, body: JSON.stringify(change) });
  expect((await set({ blocked_origins: [site] })).status).toBe(200);
  // A browser keeps the script for a minute.
  const fresh = await browser.newContext();
  page = await fresh.newPage();
  await page.goto(site);
  await expect(page.getByText('This form is not available on this site.')).toBeVisible();
  await expect(page.getByLabel('Name')).toHaveCount(0);
  expect((await set({ blocked_origins: [] })).status).toBe(200);
  await fresh.close();
  host.close();
});

test('a saved page gives each of its visitors a lead', async ({ browser }) => {
  const saved = await (await fetch(`${origin()}/f/demo`)).text();
  for (const name of [unique('Ines '), unique('Bruno ')]) {
    const context = await browser.newContext();
    const page = await context.newPage();
    await page.route('**/f/demo', (route) => route.fulfill({ contentType: 'text/html', body: saved }));
    await filled(page, name);
    await button(page).click();
    await expect(thanks(page)).toBeVisible();
    expect(await leadsNamed(name)).toHaveLength(1);
    await context.close();
  }
});

// What the widget is fetched as.
const WIDGET = /\/app\/widget/;

for (const path of ['/f/demo', '/demo']) {
  test(`a program that did not come at the first touch comes at a later one: ${path}`, async ({ page }) => {
    const name = unique('Late ');
    await page.goto(origin() + path);
    await page.route(WIDGET, (route) => route.abort('connectionreset'));
    await page.getByLabel('Name').click();
    await page.waitForTimeout(500);
    await fill(page, { Name: name, 'Work e-mail': 'ada@good.co' });
    await button(page).click();
    await expect(status(page)).toContainText('The server cannot be reached. Leave this page open');
    await expect(page.getByLabel('Name')).toHaveValue(name);
    await page.unroute(WIDGET);
    await expect(thanks(page)).toBeVisible();
    expect(await leadsNamed(name)).toHaveLength(1);
  });
}

test('a press while the program loads says so, and a load without an end is given up', async ({ page }) => {
  const name = unique('Slow ');
  await page.clock.install();
  await page.goto(`${origin()}/f/demo`);
  await page.route(/\.wasm/, () => undefined);
  await fill(page, { Name: name, 'Work e-mail': 'ada@good.co' });
  await button(page).click();
  await expect(status(page)).toContainText('Sending…');
  await page.waitForTimeout(500);
  await page.clock.fastForward(31_000);
  await expect(status(page)).toContainText('The server cannot be reached.');
  await page.unroute(/\.wasm/);
  await page.clock.fastForward(6_000);
  await expect(thanks(page)).toBeVisible();
  expect(await leadsNamed(name)).toHaveLength(1);
});

const PLACES: [string, (line: string) => string][] = [
  ['in the head', (line) => `<!doctype html><html><head><title>A</title>${line}</head><body><h1>Contact</h1></body></html>`],
  ['inside a form of the page', (line) => `<!doctype html><title>A</title><form><h1>Contact</h1>${line}</form>`],
  ['where WebAssembly is not allowed', (line) => `<!doctype html><meta http-equiv="Content-Security-Policy" content="script-src ${origin()}; connect-src ${origin()}"><title>A</title><h1>Contact</h1>${line}`],
];

for (const [where, write] of PLACES) {
  test(`the line works ${where}`, async ({ page }) => {
    const name = unique('Placed ');
    const source = write(`<script src="${origin()}/embed.js?form=demo"></script>`);
    const host = createServer((_, answer) => void answer.writeHead(200, { 'content-type': 'text/html' }).end(source));
    await new Promise<void>((resolve) => host.listen(0, '127.0.0.1', resolve));
    const { port } = host.address() as { port: number };
    await page.goto(`http://127.0.0.1:${port}/`);
    await page.getByLabel('Name').click();
    await page.waitForTimeout(1_000);
    await fill(page, { Name: name, 'Work e-mail': 'ada@good.co' });
    await button(page).click();
    await expect(thanks(page)).toBeVisible();
    expect(await leadsNamed(name)).toHaveLength(1);
    host.close();
  });
}
