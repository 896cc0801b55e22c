// What surrounds every screen: links that move forward and back, a policy on every document, a server that is away.
import { expect, origin, signIn, submit, test, translate, unique } from './pages';

const DOCUMENTS = ['/', '/today', '/leads', '/overview', '/scoring', '/import', '/duplicates', '/clean', '/data', '/quarantine', '/settings', '/sign-in', '/design', '/demo', '/privacy', '/f/demo', '/f/demo/thanks'];

test('every document has a policy', async () => {
  for (const path of DOCUMENTS) {
    const answer = await fetch(origin() + path);
    expect([path, answer.status]).toEqual([path, 200]);
    expect(answer.headers.get('content-type'), path).toContain('text/html');
    const policy = answer.headers.get('content-security-policy') ?? '';
    for (const part of ["default-src 'none'", "base-uri 'none'", 'frame-ancestors']) expect(policy, path).toContain(part);
  }
});

test('every link changes the address, and Back and Forward find the way', async ({ page, context }) => {
  await signIn(context);
  await page.goto(`${origin()}/today`);
  const links = page.getByRole('navigation').getByRole('link');
  await expect(links.first()).toBeVisible();
  const paths = await links.evaluateAll((all) => all.map((one) => new URL((one as HTMLAnchorElement).href).pathname));
  expect(paths.length).toBeGreaterThan(8);
  const walked = [];
  for (const path of [...new Set(paths)]) {
    await page.getByRole('navigation').locator(`a[href="${path}"]`).first().click();
    await expect(page).toHaveURL(new RegExp(`${path}$`));
    await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
    walked.push([path, await page.getByRole('heading', { level: 1 }).textContent()]);
  }
  for (const [path, heading] of walked.slice(0, -1).reverse()) {
    await page.goBack();
    await expect(page).toHaveURL(new RegExp(`${path}$`));
    await expect(page.getByRole('heading', { level: 1 })).toHaveText(heading!);
  }
  for (const [path, heading] of walked.slice(1)) {
    await page.goForward();
    await expect(page).toHaveURL(new RegExp(`${path}$`));
    await expect(page.getByRole('heading', { level: 1 })).toHaveText(heading!);
  }
});

test('a list that is left before it has come breaks nothing', async ({ page, context }) => {
  await signIn(context);
  let release = () => {};
  const held = new Promise<void>((resolve) => (release = resolve));
  await page.goto(`${origin()}/today`);
  await page.route('**/api/v1/leads?*', async (route) => {
    await held;
    await route.continue();
  });
  await page.getByRole('link', { name: 'Leads', exact: true }).click();
  await page.getByRole('link', { name: 'Overview', exact: true }).click();
  await expect(page.getByRole('heading', { name: 'Overview' })).toBeVisible();
  release();
  await page.getByRole('link', { name: 'Today', exact: true }).click();
  await expect(page.getByRole('heading', { name: 'Today' })).toBeVisible();
});

test('a server that is away never looks like being signed out, and comes back by itself', async ({ page, context }) => {
  await signIn(context);
  for (const answer of [undefined, 500, 503]) {
    await page.route('**/api/v1/sessions/current', (route) =>
      answer ? route.fulfill({ status: answer, contentType: 'text/html', body: 'error' }) : route.abort('connectionrefused'));
    await page.goto(`${origin()}/today`);
    await expect(page.getByText('The server cannot be reached')).toBeVisible();
    await expect(page.getByText('cargo xtask sign-in-link')).toHaveCount(0);
    await page.unroute('**/api/v1/sessions/current');
    await expect(page.getByRole('heading', { name: 'Today' })).toBeVisible();
  }
});

test('a panel that is translated follows what happens', async ({ page, context }) => {
  await signIn(context);
  const name = unique('Panel ');
  const id = await submit({ name });
  await page.addInitScript(translate);
  await page.goto(`${origin()}/leads?lead=${id}`);
  const panel = page.getByRole('complementary').first();
  await expect(panel.getByText('[Mailbox unverified]').first()).toBeVisible();
  await panel.getByLabel('Mailbox').selectOption('replied');
  await expect(panel.getByText('[Mailbox replied]').first()).toBeVisible();
  await expect(panel.getByText('[Mailbox unverified]')).toHaveCount(0);
});
