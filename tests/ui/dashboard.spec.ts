// The owner's stories.
import { readFileSync } from 'node:fs';
import { type BrowserContext, expect } from '@playwright/test';
import { expectAccessible, fill, origin, signIn, submit, test, unique, withBook } from './pages';
import { newLink } from './start';

test('a sign-in link opens the leads once, and signing out ends it at once', async ({ page, context }) => {
  await page.goto(`${origin()}/leads`);
  await expect(page.getByRole('heading', { name: 'Sign in' })).toBeVisible();
  await expectAccessible(page);
  const link = newLink(process.env.STATE!, origin());
  await page.goto(link);
  await expect(page.getByRole('heading', { name: 'Today' })).toBeVisible();
  expect(page.url()).toBe(`${origin()}/today`);
  const cookies = await context.cookies();
  await page.getByRole('button', { name: 'Sign out' }).click();
  await expect(page.getByRole('heading', { name: 'Sign in' })).toBeVisible();
  // The old cookie is worth nothing, wherever it went.
  await context.addCookies(cookies);
  await page.goto(`${origin()}/leads`);
  await expect(page.getByRole('heading', { name: 'Sign in' })).toBeVisible();
  await page.goto(link);
  await expect(page.getByText('used before or is too old')).toBeVisible();
});

test('a new lead appears by itself and is explained', async ({ page, context }) => {
  await signIn(context);
  await page.goto(`${origin()}/leads`);
  await expect(page.getByText('Live', { exact: true })).toBeVisible();
  const name = unique('Fresh ');
  await submit({ name, role: 'decision_maker', company_size: '51-200', country: 'DE', timing: 'now', phone: '+49 30 901820', company: 'Acme' });
  const row = page.getByRole('row', { name: new RegExp(name) });
  // By the socket: what asks from time to time would take longer.
  await expect(row).toBeVisible({ timeout: 10_000 });
  await row.click();
  const panel = page.getByRole('complementary', { name: 'Lead' });
  await expect(panel.getByRole('heading', { name })).toBeVisible();
  // Whoever asked to be contacted is answered first, whatever the score.
  await expect(panel.getByText('Answer now')).toBeVisible();
  await expect(row.locator('[title^="Answer now"]')).toBeVisible();
  await panel.getByRole('button', { name: 'Mark as answered' }).click();
  await expect(panel.getByText('Call within 5 minutes')).toBeVisible();
  await expect(row.locator('[title="Call within 5 minutes"]')).toBeVisible();
  const fit = panel.getByRole('table', { name: 'Fit: who they are' });
  await expect(fit.getByRole('row', { name: /Decides on the purchase/ })).toContainText('+25');
  await expect(fit.getByRole('row', { name: /Total/ })).toContainText('85');
  await expect(panel.getByText('Mailbox unverified').first()).toBeVisible();
  await panel.getByText('Evidence').click();
  await expect(panel.getByText('10 mx.good.co')).toBeVisible();
  await expectAccessible(page);
  // Picking moves nobody: a key that is pressed in the list picks at once.
  await panel.getByLabel('Stage').selectOption({ label: 'Opportunity' });
  await expect(row).not.toContainText('Opportunity');
  await panel.getByRole('button', { name: 'Move to Opportunity' }).click();
  await expect(panel.getByText('Moved from Marketing qualified to Opportunity')).toBeVisible();
  await expect(row).toContainText('Opportunity');
  await panel.getByLabel('Mailbox').selectOption({ label: 'Mailbox replied' });
  await expect(panel.getByText('Somebody has answered from it.')).toBeVisible();
  await panel.getByLabel('Note').fill('Called, wants a quote');
  await panel.getByRole('button', { name: 'Save the note' }).click();
  await expect(panel.getByText('Changed note')).toBeVisible();
  await page.reload();
  await expect(panel.getByLabel('Note')).toHaveValue('Called, wants a quote');
  await panel.getByRole('button', { name: 'Erase this lead…' }).click();
  await panel.getByRole('button', { name: 'Erase it' }).click();
  await expect(panel).toBeHidden();
  await expect(row).toBeHidden();
});

test('a change made elsewhere leaves a note that is being typed alone', async ({ page, context }) => {
  await signIn(context);
  const id = await submit({ name: unique('Noted ') });
  await page.goto(`${origin()}/leads?lead=${id}`);
  const panel = page.getByRole('complementary', { name: 'Lead' });
  const note = panel.getByLabel('Note');
  await note.pressSequentially('Called, wants');
  const change = (version: number, change: object) =>
    page.evaluate(
      async ([id, version, change]) => {
        const headers = { 'content-type': 'application/json', 'if-match': `"${version}"` };
        const body = JSON.stringify(change);
        return (await fetch(`/api/v1/leads/${id}`, { method: 'PATCH', headers, body })).status;
      },
      [id, version, change] as const,
    );
  expect(await change(1, { stage: 'opportunity' })).toBe(200);
  await expect(panel.getByText(/Moved from .* to Opportunity/)).toBeVisible();
  await expect(note).toBeFocused();
  await page.keyboard.type(' a quote');
  await expect(note).toHaveValue('Called, wants a quote');
  // Somebody else writes a note as well: it is shown, and nothing is lost of either.
  expect(await change(2, { note: 'Out of office' })).toBe(200);
  await expect(panel.getByText('Stored meanwhile: “Out of office”')).toBeVisible();
  await expect(note).toHaveValue('Called, wants a quote');
  await panel.getByRole('button', { name: 'Save the note' }).click();
  await expect(panel.getByRole('button', { name: 'Save the note' })).toBeHidden();
  await page.reload();
  await expect(note).toHaveValue('Called, wants a quote');
});

test('the row under the cursor stays where it is', async ({ page, context }) => {
  await signIn(context);
  await page.goto(`${origin()}/leads`);
  await expect(page.getByText('Live', { exact: true })).toBeVisible();
  const third = page.getByRole('row').nth(3);
  await third.hover();
  const before = await third.textContent();
  const name = unique('Waits ');
  await submit({ name });
  const pill = page.getByRole('button', { name: /new lead/ });
  await expect(pill).toBeVisible();
  expect(await third.textContent()).toBe(before);
  await pill.click();
  await expect(page.getByRole('row').nth(1)).toContainText(name);
});

test('what was held as spam is made a lead, or deleted', async ({ page, context }) => {
  await signIn(context);
  const [wanted, junk] = [unique('Autofilled '), unique('Script ')];
  await submit({ name: wanted, website2: 'https://a.co' });
  await submit({ name: junk, website2: 'x' });
  await page.goto(`${origin()}/leads`);
  await page.getByRole('link', { name: 'Quarantine' }).click();
  const held = (name: string) => page.getByRole('region', { name });
  await expect(held(wanted).getByText('eager autofill')).toBeVisible();
  await expectAccessible(page);
  await held(junk).getByRole('button', { name: 'Delete it' }).click();
  await expect(held(junk)).toBeHidden();
  await held(wanted).getByRole('button', { name: 'Make it a lead' }).click();
  await expect(held(wanted)).toBeHidden();
  await page.getByRole('link', { name: 'Leads', exact: true }).click();
  await expect(page.getByRole('row', { name: new RegExp(wanted) })).toBeVisible();
});

test('markup from outside stays text, everywhere it is shown', async ({ page, context }) => {
  // Attack cases 1, 2 and 4.
  await signIn(context);
  const mark = unique('X');
  const evil = `<img src=x onerror="document.title='owned'">${mark}`;
  const id = await submit(
    { name: evil, company: '"><svg onload=alert(1)>', need: 'javascript:alert(1)' },
    { page_url: `https://a.co/?utm_source=${encodeURIComponent('"><script>1</script>')}`, page_title: evil, referrer: 'https://"><x>/' },
  );
  await page.goto(`${origin()}/leads?lead=${id}`);
  await expect(page.getByRole('heading', { name: evil })).toBeVisible();
  expect(await page.locator('img, svg[onload], a[href^="javascript"]').count()).toBe(0);
  expect(await page.title()).toBe('Leads – Plumbline');
});

test.describe('the policy holds', () => {
  test.use({ expected: /Content Security Policy|Trusted|frame/ });

  test('injected script does not run', async ({ page, context }) => {
    // Attack case 55. The attempts run in a timer, since the tool's own calls are above the policy.
    await signIn(context);
    await page.goto(`${origin()}/leads`);
    const result = await page.evaluate(
      () =>
        new Promise<{ tried: Record<string, string>; ran: unknown }>((resolve) => {
          setTimeout(() => {
            const tried: Record<string, string> = {};
            const attempt = (name: string, work: () => void) => {
              try {
                work();
                tried[name] = 'done';
              } catch (error) {
                tried[name] = (error as Error).name;
              }
            };
            attempt('eval', () => (0, eval)('window.ran = "eval"'));
            attempt('markup', () => (document.createElement('p').innerHTML = '<img src=x onerror="window.ran=1">'));
            attempt('script', () => {
              const script = document.createElement('script');
              script.textContent = 'window.ran = "script"';
              document.body.append(script);
            });
            setTimeout(() => resolve({ tried, ran: (window as any).ran }), 200);
          });
        }),
    );
    expect(result.ran).toBeUndefined();
    expect(result.tried.eval).not.toBe('done');
    expect(result.tried.markup).toBe('TypeError');
  });

  test('the dashboard cannot be framed', async ({ page }) => {
    // Attack case 54.
    await page.goto('about:blank');
    await page.setContent(`<iframe title="framed" src="${origin()}/leads"></iframe>`);
    await expect.poll(() => page.frames()[1]?.url()).toMatch(/^chrome-error:/);
  });
});

test('ten thousand leads scroll, sort, filter and are found', async ({ page, context }) => {
  await signIn(context);
  await page.goto(`${origin()}/leads?sort=priority`);
  const grid = page.getByRole('grid', { name: 'Leads' });
  await expect(grid).toBeVisible();
  const scroller = grid.getByRole('rowgroup');
  await expect(grid.getByRole('row').nth(1)).toContainText('A1');
  for (let page_ = 0; page_ < 12; page_++) {
    await scroller.evaluate((element) => (element.scrollTop = element.scrollHeight));
    await expect.poll(() => grid.getAttribute('aria-rowcount').then(Number)).toBeGreaterThan((page_ + 2) * 100);
  }
  // Only what is in sight is in the document.
  expect(await grid.getByRole('row').count()).toBeLessThan(60);
  await page.getByLabel('Score', { exact: true }).selectOption('B2');
  await expect(page).toHaveURL(/cell=B2/);
  await expect(grid.getByRole('row').nth(1)).toContainText('B2');
  await page.getByLabel('Score', { exact: true }).selectOption('');
  await page.keyboard.press('Escape');
  await page.locator('h1, main').first().click({ position: { x: 2, y: 2 } });
  await page.keyboard.press('/');
  await expect(page.getByLabel('Search leads')).toBeFocused();
  await page.keyboard.type('Keller Granite');
  await expect(grid.getByRole('row').nth(1)).toContainText('Keller');
  await expect(grid.getByRole('row').nth(1)).toContainText('Granite');
  await page.getByLabel('Search leads').fill('zzzzqqq');
  await expect(page.getByText('Nothing matches')).toBeVisible();
  await expectAccessible(page);
});

test('the list is walked by keyboard', async ({ page, context }) => {
  await signIn(context);
  await page.goto(`${origin()}/leads`);
  const grid = page.getByRole('grid', { name: 'Leads' });
  await grid.getByRole('row').nth(1).focus();
  const focused = grid.locator('[role=row]:focus');
  const place = async () => Number(await focused.getAttribute('data-row'));
  await page.keyboard.press('j');
  await expect.poll(place).toBe(1);
  await page.keyboard.press('ArrowDown');
  await expect.poll(place).toBe(2);
  await page.keyboard.press('PageDown');
  await expect.poll(place).toBeGreaterThan(3);
  const far = await place();
  await page.keyboard.press('k');
  await expect.poll(place).toBe(far - 1);
  const name = await focused.locator('bdi').first().textContent();
  await page.keyboard.press('Enter');
  const panel = page.getByRole('complementary', { name: 'Lead' });
  await expect(panel.getByRole('heading', { name: name! })).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(panel).toBeHidden();
});

test('settings: a key is shown once, sites are saved, mistakes are told', async ({ page, context }) => {
  await signIn(context);
  await page.goto(`${origin()}/settings`);
  await page.getByLabel('Name of the key').fill('Nightly export');
  await page.getByRole('button', { name: 'Make a key' }).click();
  const secret = await page.locator('.secret pre').textContent();
  const read = () => fetch(`${origin()}/api/v1/leads?limit=1`, { headers: { authorization: `Bearer ${secret}` } }).then((answer) => answer.status);
  expect(await read()).toBe(200);
  await page.getByRole('button', { name: 'Revoke Nightly export' }).click();
  await expect(page.getByText('Revoked')).toBeVisible();
  expect(await read()).toBe(401);
  await page.getByRole('button', { name: 'Make a key' }).click();
  await expect(page.getByText('Name the key first')).toBeVisible();
  await fill(page, { Domain: 'policy.co' });
  await page.getByRole('button', { name: 'Look at it' }).click();
  const health = page.getByRole('list', { name: 'Health of policy.co' }).getByRole('listitem');
  await expect(health).toHaveText([/^MX Good/, /^SPF Good.*v=spf1 mx -all/, /^DKIM Not known/, /^DMARC Good/]);
  await fill(page, { Domain: 'nonsense' });
  await page.getByRole('button', { name: 'Look at it' }).click();
  await expect(page.getByText('That is no domain')).toBeVisible();
  // The site comes before the code.
  await expect(page.getByText('Add your site above first.')).toBeVisible();
  await fill(page, { 'Which site will show the form?': 'acme' });
  await page.getByRole('button', { name: 'Add site' }).click();
  await expect(page.getByText('Enter the address of a site')).toBeVisible();
  await fill(page, { 'Which site will show the form?': 'www.acme.co/contact' });
  await page.getByRole('button', { name: 'Add site' }).click();
  await expect(page.getByRole('row', { name: /https:\/\/www.acme.co Allowed/ })).toBeVisible();
  await expect(page.getByText('Paste this line where the form should stand.', { exact: true })).toBeVisible();
  await expectAccessible(page);
  // The page that shows the form is looked at as a browser would.
  await fill(page, { 'Page that shows the form': `${origin()}/demo` });
  await page.getByRole('button', { name: 'Test on my site' }).click();
  await expect(page.getByText('The form is on this page and can be sent from it.')).toBeVisible();
  await page.getByRole('button', { name: 'Remove https://www.acme.co' }).click();
  await expect(page.getByText('https://www.acme.co is off the list.')).toBeVisible();
});

test('a list is cleaned domain by domain, outlives a reload, and is taken away as a file', async ({ page, context }) => {
  const word = unique('clean');
  const domains = Array.from({ length: 40 }, (_, n) => `good${word}${n}.co`);
  const lines = ['Name;E-mail', ...domains.flatMap((domain) => [`Ada;ada@${domain}`, `Info;info@${domain}`])];
  lines.push(`Nobody;x@nxd${word}.co`, 'Gone;not an address', `Ada;ADA@${domains[0]}`, `Plus;=1+1@${domains[0]}`, `Slow;a@hang${word}.co`);
  await signIn(context);
  await page.goto(`${origin()}/clean`);
  await page.getByRole('button', { name: 'Check the list' }).click();
  await expect(page.getByText('There is no address in that')).toBeVisible();
  await page.getByRole('textbox', { name: 'Addresses' }).fill(lines.join('\n'));
  await page.getByRole('button', { name: 'Check the list' }).click();
  await page.getByRole('button', { name: 'Pause' }).click();
  await expect(page.getByRole('button', { name: 'Go on' })).toBeVisible();
  await expect(page.getByRole('status').first()).toContainText(/^[1-9]\d* of 42 domains checked/);
  await page.reload();
  await page.getByRole('button', { name: 'Go on' }).click();
  await expect(page.getByRole('status').first()).toHaveText('42 of 42 domains checked, for 84 addresses. 1 entry could not be read as an address.');
  const bars = page.getByRole('list', { name: 'Lines by verdict' });
  await expect(bars.getByRole('listitem')).toHaveText([/^Domain takes mail41/, /^Risky40/, /^Undeliverable1/, /^Not known1/, /^Not an address1/, /^Duplicate1/]);
  await page.getByRole('combobox', { name: 'Show' }).selectOption({ label: 'Undeliverable' });
  await expect(page.getByRole('row', { name: /x@nxd/ })).toContainText('The domain does not exist.');
  await expectAccessible(page);
  const waiting = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Save all' }).click();
  const saved = readFileSync(await (await waiting).path(), 'utf8').split('\r\n');
  expect(saved.length).toBe(87);
  expect(saved.filter((line) => /^[=+@-]/.test(line))).toEqual([]);
  expect(saved).toContain(`'=1+1@${domains[0]},deliverable,mx_ok,other,`);
  await page.getByRole('button', { name: 'Start over' }).click();
  await page.reload();
  await expect(page.getByRole('textbox', { name: 'Addresses' })).toHaveValue('');
});

test('an answer that comes after a list was put away does not enter the next', async ({ page, context }) => {
  const word = unique('late');
  const goes: (() => void)[] = [];
  await page.route('**/api/v1/domain-reports', async (route) => {
    await new Promise<void>((resolve) => goes.push(resolve));
    await route.continue();
  });
  await signIn(context);
  await page.goto(`${origin()}/clean`);
  const check = async (text: string) => {
    await page.getByRole('textbox', { name: 'Addresses' }).fill(text);
    await page.getByRole('button', { name: 'Check the list' }).click();
    await expect(page.getByRole('button', { name: 'Pause' })).toBeVisible();
  };
  await check(`ada@first${word}.co`);
  await expect.poll(() => goes.length).toBe(1);
  await page.getByRole('button', { name: 'Start over' }).click();
  await check(`ada@good${word}.co\nben@also${word}.co`);
  await expect.poll(() => goes.length).toBe(2);
  const late = page.waitForResponse('**/api/v1/domain-reports');
  goes[0]();
  await (await late).finished();
  await page.waitForTimeout(500);
  await expect(page.getByRole('status')).toHaveText('0 of 2 domains checked, for 2 addresses.');
  goes[1]();
  await expect(page.getByRole('status')).toHaveText('2 of 2 domains checked, for 2 addresses.');
  await page.getByRole('button', { name: 'Start over' }).click();
});

test('a file is understood, checked, imported over a reload, and undone', async ({ page, context }) => {
  const word = unique('brought').toLowerCase();
  const known = await submit({ name: 'Cora Known', email: `cora@${word}.co` });
  const people = Array.from({ length: 700 }, (_, n) => `Pia;P${word}${n};p${n}@${word}.co;Germany;Customer;`);
  const lines = ['First Name;Last Name;Email;Country/Region;Lifecycle Stage;Colour', `;;CORA@${word}.co;;;teal`, ...people, 'x;y;not an address;;;', 'too;few'];
  await signIn(context);
  await page.goto(`${origin()}/import`);
  const file = (name: string, bytes: string | Buffer) => page.setInputFiles('input[type=file]', { name, mimeType: 'text/csv', buffer: Buffer.from(bytes as string) });
  // What cannot be read says why, and where.
  await file('book.csv', Buffer.from([0x50, 0x4b, 3, 4, 20]));
  await expect(page.getByText('is a spreadsheet or an archive')).toBeVisible();
  await file('open.csv', 'name,email\nada,ada@acme.co\n"ben,once more,ben@acme.co\ncid,cid@acme.co\n');
  await expect(page.getByText(/quotation mark on line 3/)).toBeVisible();
  await file('old.csv', Buffer.from('Name;E-Mail\nJ\xfcrgen;j@acme.co\n', 'latin1'));
  await expect(page.getByRole('status').first()).toContainText('It was in Windows-1252 and has been converted.');
  await expect(page.getByRole('row', { name: /Jürgen/ })).toBeVisible();
  await page.getByRole('button', { name: 'Choose another file' }).click();

  await file('hubspot.csv', lines.join('\r\n'));
  await expect(page.getByRole('status').first()).toContainText('703 rows. It looks like an export of HubSpot.');
  await expect(page.getByLabel('Meaning of Email')).toHaveValue('email');
  await expect(page.getByLabel('Meaning of Colour')).toHaveValue('other');
  await expectAccessible(page);
  await page.getByRole('button', { name: 'Check the rows' }).click();
  await expect(page.getByText('All 703 rows are checked. Nothing is stored yet.')).toBeVisible();
  const bars = page.getByRole('list', { name: 'Rows by what becomes of them' });
  await expect(bars.getByRole('listitem')).toHaveText([/^Would be new leads702/, /^Would update a lead1/]);
  await expect(page.getByRole('row', { name: /^703 / })).toContainText('email: The address has a space');
  // What would change is shown before and after, and a bad cell costs the cell alone.
  await expect(page.getByRole('region', { name: 'What would change' })).toContainText('Colour: nothing → teal');
  const wrong = page.getByRole('row', { name: /^703 / });
  await wrong.getByText('Correct').click();
  await expectAccessible(page);

  // A reload in the middle loses nothing and doubles nobody.
  let sent = 0;
  await page.route('**/api/v1/imports/*/lines', async (route) => {
    sent += 1;
    if (sent === 2) await new Promise(() => {});
    await route.continue();
  });
  await page.getByRole('button', { name: 'Import 703 rows' }).click();
  await expect.poll(() => sent).toBe(2);
  // The part under way ends with the page; released before, it could still be answered.
  await page.reload();
  await page.unrouteAll({ behavior: 'ignoreErrors' });
  await expect(page.getByText('500 of 703 rows imported.')).toBeVisible();
  await page.getByRole('button', { name: 'Go on' }).click();
  await expect(page.getByText('All 703 rows are done.')).toBeVisible();
  await expect(bars.getByRole('listitem')).toHaveText([/^New leads702/, /^Updated a lead1/]);
  const owner = await context.request.get(`${origin()}/api/v1/leads/${known}`);
  expect((await owner.json()).lead.details.answers).toEqual({ name: 'Cora Known', email: `cora@${word}.co`, colour: 'teal' });
  const waiting = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Save these rows' }).click();
  const saved = readFileSync(await (await waiting).path(), 'utf8').split('\r\n');
  expect(saved.slice(0, 2)).toEqual(['\ufeffline,wrong,lead,First Name,Last Name,Email,Country/Region,Lifecycle Stage,Colour', expect.stringMatching(/^703,/)]);

  const past = page.getByRole('listitem').filter({ hasText: 'hubspot.csv' }).first();
  await past.getByRole('button', { name: /^Undo hubspot.csv/ }).click();
  await past.getByRole('button', { name: 'Undo it' }).click();
  await expect(past).toContainText(', undone ');
  const after = await context.request.get(`${origin()}/api/v1/leads/${known}`);
  expect((await after.json()).lead.details.answers).toEqual({ name: 'Cora Known', email: `cora@${word}.co` });
  await expect.poll(async () => {
    const found = await context.request.get(`${origin()}/api/v1/leads?q=${word}`);
    return (await found.json()).leads.length;
  }).toBe(1);
});

test('people who are here twice are found, merged and parted again', async ({ browser }) => {
  // A book of its own: the seeded one has namesakes enough to hide two more.
  await withBook(browser, 300, async (page, book) => {
    const send = (answers: Record<string, string>) => submit(answers, {}, book.origin);
    const older = await send({ name: 'Philippa Anstruther', email: 'pip@anstruther-mills.co', company: 'Anstruther Mills Ltd', phone: '+44 20 7946 0958' });
    const newer = await send({ name: 'Phillipa Anstruther', email: 'p.anstruther@anstruther-mills.co', company: 'Anstruther Mills', phone: '020 7946 0958', country: 'GB' });
    await send({ name: 'Ann Bell', email: 'info@anstruther-mills.co', company: 'Anstruther Mills' });
    await page.goto(`${book.origin}/duplicates`);
    await expect(page.getByRole('heading', { name: 'Duplicates' })).toBeVisible();
    await expectAccessible(page);
    await page.getByRole('button', { name: 'Find duplicates' }).click();
    await expect(page.getByRole('status').first()).toContainText('303 leads compared');
    const pair = page.getByRole('listitem').filter({ hasText: 'Phillipa' });
    await expect(pair.first()).toContainText(/9\d %/);
    await expect(pair.first()).toContainText('number is the same');
    await expectAccessible(page);
    await pair.first().getByRole('button', { name: /^Compare/ }).click();
    const table = page.getByRole('region', { name: 'Both leads' });
    await expect(table.getByRole('row', { name: /^Name/ })).toContainText('Philippa Anstruther');
    await table.getByRole('radio', { name: 'p.anstruther@anstruther-mills.co' }).check();
    await expectAccessible(page);
    await page.getByRole('button', { name: 'Merge them' }).click();
    await expect(page.getByText('Phillipa Anstruther went into Philippa Anstruther')).toBeVisible();
    const read = async (id: string) => (await page.context().request.get(`${book.origin}/api/v1/leads/${id}`)).json();
    expect((await read(older)).lead.details.answers).toMatchObject({ name: 'Philippa Anstruther', email: 'p.anstruther@anstruther-mills.co', country: 'GB' });
    expect((await read(newer)).status).toBe(404);
    await page.getByRole('button', { name: /^Undo the merge of Philippa/ }).click();
    await expect(page.getByText(/, undone /)).toBeVisible();
    expect((await read(older)).lead.details.answers.email).toBe('pip@anstruther-mills.co');
    expect((await read(newer)).lead.details.answers.name).toBe('Phillipa Anstruther');
  });
});

test('today says whom to call first, and why', async ({ page, context }) => {
  await signIn(context);
  await page.goto(`${origin()}/today`);
  await expect(page.getByText(/^By expected value: how many of the older leads in its cell were won/)).toBeVisible();
  await page.getByText('What this rests on').click();
  await expect(page.getByText(/of 500 that is known/)).toBeVisible();
  const leads = page.locator('.today__lead');
  // Whoever asked to be contacted comes before the twenty best.
  expect(await leads.count()).toBeGreaterThanOrEqual(20);
  await expect(leads.last()).toContainText(/\d+ % \(\d+ to \d+ %\) of .* × \d+ % fresh/);
  await expect(leads.first().getByRole('listitem').first()).toContainText(/\+\d+/);
  await expectAccessible(page);
  await page.setViewportSize({ width: 320, height: 800 });
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(320);
  await leads.first().getByRole('link').first().click();
  await expect(page.getByRole('complementary', { name: 'Lead' }).getByText('Fit: who they are')).toBeVisible();
});

test('sales accepts a lead, or sends it back for a reason', async ({ page, context }) => {
  await signIn(context);
  const name = unique('Handed ');
  const id = await submit({ name, role: 'decision_maker', timing: 'now', company_size: '51-200', phone: '+49 30 901820' });
  await page.goto(`${origin()}/leads?lead=${id}`);
  const panel = page.getByRole('complementary', { name: 'Lead' });
  await expect(panel.getByText('Not known, and would count')).toBeVisible();
  await panel.getByRole('button', { name: 'Accept' }).click();
  await expect(panel.getByLabel('Stage')).toHaveValue('sales_qualified');
  await expect(panel.getByRole('button', { name: 'Accept' })).toHaveCount(0);
  await panel.getByText('Reject', { exact: true }).click();
  await expect(panel.getByRole('button', { name: 'Reject it' })).toBeDisabled();
  await panel.getByLabel('Why').selectOption({ label: 'no budget' });
  await panel.getByLabel('Look again on').fill('2030-02-01');
  await expectAccessible(page);
  await panel.getByRole('button', { name: 'Reject it' }).click();
  await expect(panel.getByText(/Rejected on .*: no budget\. Look again on 1 Feb 2030/)).toBeVisible();
  await expect(panel.getByLabel('Stage')).toHaveValue('lead');
  await expect(panel.getByText('Rejected as Sales qualified: no budget')).toBeVisible();
});

test('whoever is in the list of today keeps it until they want the newer one', async ({ page, context }) => {
  await signIn(context);
  await page.clock.install();
  await page.goto(`${origin()}/today`);
  const leads = page.locator('.today__lead');
  await expect(leads.nth(19)).toBeVisible();
  await expect(page.getByText('Live', { exact: true })).toBeVisible();
  const first = await leads.first().textContent();
  await leads.nth(3).hover();
  const name = unique('Hot ');
  await submit({ name, role: 'decision_maker', company_size: '51-200', country: 'DE', timing: 'now', phone: '+49 30 901820', company: 'Acme' });
  const changed = page.getByRole('button', { name: 'The list has changed' });
  await expect(async () => {
    await page.clock.fastForward(31_000);
    await expect(changed).toBeVisible({ timeout: 500 });
  }).toPass({ timeout: 30_000 });
  expect(await leads.first().textContent()).toBe(first);
  await expectAccessible(page);
  await changed.focus();
  await page.mouse.move(2, 2);
  await expect(changed).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(page.getByRole('link', { name: new RegExp(name) })).toBeVisible();
  await expect(changed).toHaveCount(0);
  await expect(leads.first().getByRole('link').first()).toBeFocused();
});

test('everything is taken away as files, and comes back the same in an empty deployment', async ({ browser }) => {
  await withBook(browser, 500, async (page, full) => {
    await submit({ name: 'Formula Franz', email: 'franz@good.co', company: '=1+1' }, {}, full.origin);
    // A model of one's own is a part of everything, with who published it and why.
    const of = (book: typeof full, context: BrowserContext) => context.request.get(`${book.origin}/api/v1/scoring`).then((answer) => answer.json());
    const { model } = await of(full, page.context());
    model.rules[1].points = 31;
    const published = await page.context().request.post(`${full.origin}/api/v1/scoring/models`, { headers: { origin: full.origin }, data: { model, author: 'Ada', note: 'Deciders buy' } });
    expect(published.status()).toBe(201);
    await page.goto(`${full.origin}/data`);
    await expect(page.getByRole('heading', { name: 'Your data' })).toBeVisible();
    await expectAccessible(page);
    const save = async (button: string) => {
      const waiting = page.waitForEvent('download', { timeout: 60_000 });
      await page.getByRole('button', { name: button }).click();
      return (await waiting).path();
    };
    const csv = readFileSync(await save('Leads as CSV'), 'utf8').replace('\ufeff', '');
    expect(csv.split('\r\n')[0]).toMatch(/^id,captured_at,stage,cell,fit,engagement,source,verdict,name,email,phone,company,/);
    expect(csv).toContain(",'=1+1,");
    const jsonl = readFileSync(await save('Leads as JSONL'), 'utf8').trim().split('\n').map((line) => JSON.parse(line));
    expect(jsonl.at(-1).answers.company).toBe('=1+1');
    const file = await save('Everything as SQLite');
    await expect(page.getByRole('status')).toContainText(/rows are saved as plumbline.sqlite. State [0-9a-f]{64}/);

    await withBook(browser, 0, async (other, empty) => {
      await expect(other.getByText('Nobody to call')).toBeVisible();
      await other.goto(`${empty.origin}/data`);
      const choose = (name: string, buffer: Buffer) => other.setInputFiles('input[type=file]', { name, mimeType: 'application/vnd.sqlite3', buffer });
      await choose('no.sqlite', Buffer.from('not a database'));
      await expect(other.getByText('That is not a file that was saved here')).toBeVisible();
      await choose('plumbline.sqlite', readFileSync(file));
      await expect(other.getByRole('status')).toContainText('the state is the same', { timeout: 90_000 });
      const [mine, theirs] = [await of(full, page.context()), await of(empty, other.context())];
      expect(theirs.model.rules[1].points).toBe(31);
      expect([theirs.model, theirs.versions]).toEqual([mine.model, mine.versions]);
      expect(theirs.versions[0]).toMatchObject({ version: 2, author: 'Ada', note: 'Deciders buy' });
      // Counts and search are made of it.
      await expect.poll(async () => {
        const found = await other.context().request.get(`${empty.origin}/api/v1/leads?q=formula`);
        return (await found.json()).leads.length;
      }).toBe(1);
    });
  });
});

test('failures say what happened and offer a way on', async ({ page, context }) => {
  await signIn(context);
  await page.goto(`${origin()}/settings`);
  await expect(page.getByRole('heading', { name: 'Your form' })).toBeVisible();
  await page.route('**/api/v1/leads?*', (route) => route.abort());
  await page.getByRole('link', { name: 'Leads', exact: true }).click();
  await expect(page.getByText('There is no connection')).toBeVisible();
  await expectAccessible(page);
  await page.unroute('**/api/v1/leads?*');
  await page.getByRole('button', { name: 'Try again' }).click();
  await expect(page.getByRole('grid', { name: 'Leads' })).toBeVisible();
  // The first screen, the model, and the book that it is tried on.
  for (const [path, lost, said, there] of [
    ['/today', '**/api/v1/today', 'There is no connection', /^By expected value/],
    ['/scoring', '**/api/v1/scoring', 'There is no connection', /leads, scored on this device\./],
    ['/scoring', '**/api/v1/scoring/book*', 'Nothing of the draft is lost', /leads, scored on this device\./],
  ] as const) {
    await page.route(lost, (route) => route.abort());
    await page.goto(origin() + path);
    await expect(page.getByRole('alert')).toContainText(said);
    await expectAccessible(page);
    await page.unroute(lost);
    await page.getByRole('button', { name: 'Try again' }).click();
    await expect(page.getByText(there)).toBeVisible();
    await expect(page.getByRole('alert')).toHaveCount(0);
  }
});

test('a lead of today that was answered leaves the list, also under the pointer', async ({ page, context }) => {
  await signIn(context);
  const name = unique('Waits ');
  await submit({ name, timing: 'now', phone: '+49 30 901820' });
  await page.goto(`${origin()}/today`);
  const mark = page.getByRole('button', { name: `Mark as answered: ${name}` });
  await mark.scrollIntoViewIfNeeded();
  await page.route('**/api/v1/leads/*', (route) => route.abort('connectionrefused'));
  await mark.click();
  await expect(page.getByText('Not marked as answered. There is no connection.')).toHaveCount(1);
  await expect(mark).toBeVisible();
  await page.unroute('**/api/v1/leads/*');
  await mark.click();
  await expect(mark).toHaveCount(0);
  await expect(page.getByText('Not marked as answered')).toHaveCount(0);
});
