// Files and pasted lists as people have them: nothing is refused or misread in silence.
import { readFileSync } from 'node:fs';
import type { Page } from '@playwright/test';
import { expect, expectAccessible, origin, signIn, submit, test, unique, withBook } from './pages';

type Lead = { summary: { source: string; captured_at: string }; details: { answers: Record<string, string> } };

async function opened(page: Page, at: string, name: string, text: string | Buffer): Promise<void> {
  await page.goto(`${at}/import`);
  await page.setInputFiles('input[type=file]', { name, mimeType: 'text/csv', buffer: Buffer.from(text as string) });
  await expect(page.getByRole('button', { name: 'Check the rows' })).toBeVisible();
}

async function imported(page: Page, at: string, name: string, text: string | Buffer): Promise<void> {
  await opened(page, at, name, text);
  await page.getByRole('button', { name: 'Check the rows' }).click();
  await page.getByRole('button', { name: /^Import \d+ rows?$/ }).click();
  await expect(page.getByText(/^All \d+ rows are done\.$/)).toBeVisible();
}

async function found(page: Page, at: string, words: string): Promise<Lead> {
  let leads: { id: string }[] = [];
  await expect.poll(async () => {
    const answer = await page.context().request.get(`${at}/api/v1/leads?q=${encodeURIComponent(words)}`);
    leads = (await answer.json()).leads;
    return leads.length;
  }).toBe(1);
  return (await (await page.context().request.get(`${at}/api/v1/leads/${leads[0].id}`)).json()).lead;
}

test('files of other tools become the leads that they mean', async ({ browser }) => {
  await withBook(browser, 0, async (page, { origin: at }) => {
    // Google Contacts: several values in a cell.
    await imported(page, at, 'contacts.csv', 'First Name,Middle Name,Last Name,Organization Name,Organization Title,Labels,E-mail 1 - Label,E-mail 1 - Value,Phone 1 - Label,Phone 1 - Value\nPetra,,Novotna,Bohemia Glass,Owner,* myContacts,* Work,petra@good.co ::: p.novotna@other.co,Work,+44 20 7946 0021 ::: +44 7700 900121\nHugo,,Marsh,Marsh Boats,Buyer,* myContacts ::: Leads,Work,hugo@good.co,Mobile,+44 7700 900122\n');
    expect((await found(page, at, 'novotna')).details.answers).toMatchObject({ name: 'Petra Novotna', email: 'petra@good.co', other_email: 'p.novotna@other.co', phone: '+44 20 7946 0021', other_phone: '+44 7700 900121', company: 'Bohemia Glass' });
    expect((await found(page, at, 'marsh')).details.answers.email).toBe('hugo@good.co');
    // Excel: a line that names the separator.
    await imported(page, at, 'excel.csv', 'sep=;\nName;Email;Company\nAnna Sepp;anna@good.co;Sepp, Ltd\nBert Sepp;bert@good.co;Two\n');
    expect((await found(page, at, 'anna sepp')).details.answers.company).toBe('Sepp, Ltd');
    // Salesforce: offsets of every form.
    await imported(page, at, 'salesforce.csv', 'FirstName,LastName,Email,Company,LeadSource,CreatedDate\nSal,Forth,sal@good.co,Forth Boats,Web,2026-04-15T02:40:03.000+0000\nOtto,Setz,otto@good.co,Setz Druck,Web,2026-04-15T02:40:03+02:00\n');
    expect((await found(page, at, 'forth')).summary.captured_at).toBe('2026-04-15T02:40:03.000Z');
    expect((await found(page, at, 'setz')).summary.captured_at).toBe('2026-04-15T00:40:03.000Z');
    // LinkedIn: lines above the headings, and old Mac line ends.
    await imported(page, at, 'Connections.csv', 'Notes:\r"Some connections, may be missing."\r\rFirst Name,Last Name,URL,Email Address,Company,Position,Connected On\rLina,Kerr,https://x.example,lina@good.co,Kerr Labs,CTO,31 May 2024\r');
    expect((await found(page, at, 'lina kerr')).details.answers).toMatchObject({ job_title: 'CTO', company: 'Kerr Labs' });
    // HubSpot: where the lead came from, and a country in its own language.
    await imported(page, at, 'hubspot.csv', 'Record ID,First Name,Last Name,Email,Original Source,Country/Region,Create Date\n1,Hilde,Ott,hilde@good.co,Organic Search,Österreich,2024-05-31\n');
    const hilde = await found(page, at, 'hilde');
    expect([hilde.summary.source, hilde.details.answers.country, hilde.summary.captured_at]).toEqual(['organic_search', 'AT', '2024-05-31T00:00:00.000Z']);
  });
});

test('a bad cell costs the cell, is listed, and can be corrected here', async ({ browser }) => {
  await withBook(browser, 0, async (page, { origin: at }) => {
    await opened(page, at, 'cells.csv', 'Email,Name,Phone,Consent,Stage\nn/a,Nina Ames,+44 20 7946 0051,,\nole@good.co,Ole Berg,,Y,Prospect\npia@good.co,Pia Cole,,double opt-in,\ngil@@good.co,,,,\n');
    await page.getByRole('button', { name: 'Check the rows' }).click();
    const bars = page.getByRole('list', { name: 'Rows by what becomes of them' });
    await expect(bars.getByRole('listitem')).toHaveText([/^Would be new leads3/, /^Cannot be imported1/]);
    const problems = page.getByRole('region', { name: 'Rows with problems' });
    await expect(problems.getByRole('row', { name: /^2 / })).toContainText('email');
    await expect(problems.getByRole('row', { name: /^3 / })).toContainText('There is no such stage. It is kept');
    await expect(problems.getByRole('row', { name: /^5 / })).toContainText('Not imported.');
    await expectAccessible(page);
    await problems.getByText('Correct').last().click();
    await problems.getByLabel('Email, line 5').fill('gil@good.co');
    await problems.getByLabel('Email, line 5').blur();
    const waiting = page.waitForEvent('download');
    await page.getByRole('button', { name: 'Save these rows' }).click();
    const saved = readFileSync(await (await waiting).path(), 'utf8');
    expect(saved).toContain('n/a,Nina Ames,+44 20 7946 0051');
    await page.getByRole('button', { name: 'Check again' }).click();
    await expect(bars.getByRole('listitem')).toHaveText([/^Would be new leads4/]);
    await page.getByRole('button', { name: 'Import 4 rows' }).click();
    await expect(page.getByText('All 4 rows are done.')).toBeVisible();
    expect((await found(page, at, 'nina')).details.answers).toEqual({ name: 'Nina Ames', phone: '+44 20 7946 0051' });
    expect((await found(page, at, 'ole berg')).details.answers).toMatchObject({ consent: 'yes', stage_as_written: 'Prospect' });
    expect((await found(page, at, 'pia')).details.answers.consent).toBe('yes');
    expect((await found(page, at, 'gil')).details.answers.email).toBe('gil@good.co');
  });
});

test('dates that may begin with the day or the month are asked about', async ({ page, context }) => {
  await signIn(context);
  await opened(page, origin(), 'dates.csv', 'Email,Created\na@good.co,03/04/2024\n');
  await page.getByRole('button', { name: 'Check the rows' }).click();
  await expect(page.getByText('Say first whether the dates begin')).toBeVisible();
  await page.getByLabel('Dates such as 03/04/2024 are written').selectOption({ label: 'Month first: 05/31/2024' });
  await expectAccessible(page);
  await page.getByRole('button', { name: 'Check the rows' }).click();
  await expect(page.getByText('All 1 rows are checked.').or(page.getByText('are checked. Nothing is stored yet.'))).toBeVisible();
  await page.getByRole('button', { name: 'Choose another file' }).click();
});

test('a check says what stays on the do-not-email list', async ({ browser }) => {
  await withBook(browser, 0, async (page, { origin: at }) => {
    await imported(page, at, 'unsubscribed.csv', 'Email Address,UNSUB_TIME\nquiet@good.co,2026-01-01 10:00\n');
    await opened(page, at, 'leads.csv', 'Email,Name,Consent\nquiet@good.co,Quentin Quiet,yes\n');
    await page.getByRole('button', { name: 'Check the rows' }).click();
    await expect(page.getByText('1 person is on your do-not-email list. This import does not change that.')).toBeVisible();
  });
});

for (const timezoneId of ['America/Los_Angeles', 'Pacific/Auckland', 'Europe/Berlin']) {
  test(`a date without a time is the same day in every zone: ${timezoneId}`, async ({ browser }) => {
    await withBook(browser, 0, async (owner, { origin: at }) => {
      await imported(owner, at, 'days.csv', 'Email,Name,Create Date\nwren@good.co,Wren Abbott,2024-05-31\nivo@good.co,Ivo Petrov,2024-01-01\n');
      const context = await browser.newContext({ timezoneId });
      await context.addCookies(await owner.context().cookies());
      const page = await context.newPage();
      await page.goto(`${at}/leads`);
      await expect(page.getByTitle('31 May 2024', { exact: true })).toBeVisible();
      await expect(page.getByTitle('1 Jan 2024', { exact: true })).toBeVisible();
      await page.goto(`${at}/data`);
      const waiting = page.waitForEvent('download');
      await page.getByRole('button', { name: 'Leads as CSV' }).click();
      const csv = readFileSync(await (await waiting).path(), 'utf8');
      expect(csv).toContain(',2024-05-31,');
      expect(csv).toContain(',2024-01-01,');
      await context.close();
    });
  });
}

test('each moment is shown in the zone as it was then', async ({ browser }) => {
  await withBook(browser, 0, async (owner, { origin: at }) => {
    await imported(owner, at, 'times.csv', 'Email,Name,Create Date\nsu@good.co,Summer Sol,2024-07-01T12:00:30Z\nwi@good.co,Winter Sol,2024-01-01T12:00:30Z\n');
    const context = await browser.newContext({ timezoneId: 'Europe/Berlin' });
    await context.addCookies(await owner.context().cookies());
    const page = await context.newPage();
    await page.goto(`${at}/leads`);
    await expect(page.getByTitle('1 Jul 2024, 14:00')).toBeVisible();
    await expect(page.getByTitle('1 Jan 2024, 13:00')).toBeVisible();
    await context.close();
  });
});

test('the age of a lead does not depend on the clock of the device', async ({ browser }) => {
  await withBook(browser, 0, async (page, { origin: at }) => {
    await submit({ name: 'Clock Clara' }, {}, at);
    for (const days of [-1, 1]) {
      await page.addInitScript((ahead) => {
        const now = Date.now;
        Date.now = () => now() + ahead;
      }, days * 86_400_000);
      await page.goto(`${at}/leads`);
      await expect(page.getByRole('row', { name: /Clock Clara/ }).locator('time')).toHaveText(/just now|\d min/);
    }
  });
});

test('any mess of addresses is read, and what cannot be read is counted', async ({ page, context }) => {
  await signIn(context);
  await page.goto(`${origin()}/clean`);
  await page.getByRole('textbox', { name: 'Addresses' }).fill('"Hale, Victor" <victor@good.co>; "Quist, Dora" <dora@good.co>; Marin, Elena <elena@nx.co>; jonas@gmial.com\nnobody here');
  await page.getByRole('button', { name: 'Check the list' }).click();
  await expect(page.getByRole('status').first()).toContainText('3 of 3 domains checked, for 4 addresses. 1 entry could not be read as an address.');
  await expect(page.getByRole('row', { name: /^victor@good\.co/ })).toBeVisible();
  await page.getByRole('button', { name: 'Fix 1 typo' }).click();
  await expect(page.getByRole('row', { name: /^jonas@gmail\.com/ })).toBeVisible();
  const waiting = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Save all' }).click();
  const saved = readFileSync(await (await waiting).path(), 'utf8');
  expect(saved).toContain('\r\nelena@nx.co,undeliverable,');
  await expectAccessible(page);
  await page.getByRole('button', { name: 'Start over' }).click();
});

test('the filtered list is exported as other tools want it', async ({ browser }) => {
  await withBook(browser, 0, async (page, { origin: at }) => {
    const name = unique('Export ');
    await submit({ name, phone: '+44 20 7946 0041', consent: 'yes', role: 'decision_maker' }, { page_url: 'https://acme.co/?utm_source=google&utm_medium=cpc&utm_campaign=Brand' }, at);
    await submit({ name: 'Left Out' }, {}, at);
    await page.goto(`${at}/leads?source=paid_search`);
    await expect(async () => {
      await page.reload();
      await expect(page.getByRole('row', { name: new RegExp(name) })).toBeVisible({ timeout: 1_000 });
    }).toPass();
    await page.getByRole('link', { name: 'Export' }).click();
    await expect(page.getByText('Only leads of this filter: Paid search.')).toBeVisible();
    const save = async () => {
      const waiting = page.waitForEvent('download');
      await page.getByRole('button', { name: 'Leads as CSV' }).click();
      return readFileSync(await (await waiting).path(), 'utf8');
    };
    const codes = await save();
    expect(codes.startsWith('\ufeffid,')).toBe(true);
    for (const text of [name, ',+44 20 7946 0041,', ',paid_search,', ',Brand,', 'https://acme.co/', 'e-mail me about']) expect(codes).toContain(text);
    expect(codes).not.toContain('Left Out');
    await page.getByLabel('Write stages, sources and choices').selectOption({ label: 'As words, for people: Paid search' });
    const labels = await save();
    expect(labels).toContain(',Paid search,');
    expect(labels).toContain(',I decide,');
    await expectAccessible(page);
  });
});

test('a merge shows what differs, keeps the latest statement and both addresses', async ({ browser }) => {
  await withBook(browser, 300, async (page, { origin: at }) => {
    await imported(page, at, 'first.csv', 'Email,Name,Company,Consent,Captured At\nclara@good.co,Clara Nyberg,Nyberg Design,no,2026-02-01\n');
    await submit({ name: 'Clara Nyberg', email: 'clara.nyberg@other.co', company: 'Nyberg Design', consent: 'yes' }, {}, at);
    await page.goto(`${at}/duplicates`);
    await page.getByRole('button', { name: 'Find duplicates' }).click();
    const pair = page.getByRole('listitem').filter({ hasText: 'Clara Nyberg' });
    await pair.first().getByRole('button', { name: /^Compare/ }).click();
    const table = page.getByRole('region', { name: 'Both leads' });
    const consent = table.getByRole('row', { name: /^Consent/ });
    await expect(consent.getByRole('cell').last()).toContainText('Stays: the latest statement');
    await expect(consent).toHaveClass(/is-different/);
    await expect(table.getByRole('row', { name: /^Email/ })).toContainText('Kept beside it');
    await expectAccessible(page);
    await page.getByRole('button', { name: 'Merge them' }).click();
    await expect(page.getByText('Clara Nyberg went into Clara Nyberg')).toBeVisible();
    const lead = await found(page, at, 'nyberg');
    expect(lead.details.answers).toMatchObject({ consent: 'yes', email: 'clara@good.co', other_email: 'clara.nyberg@other.co' });
  });
});

test('a file of an old Mac is read in its own letters', async ({ page, context }) => {
  await signIn(context);
  await page.goto(`${origin()}/import`);
  const text = 'Name,Email,City\rJos\x8e M\x9fller,jose@good.co,M\x9fnchen\r';
  await page.setInputFiles('input[type=file]', { name: 'mac.csv', mimeType: 'text/csv', buffer: Buffer.from(text, 'latin1') });
  await expect(page.getByText('It was in Mac OS Roman and has been converted.')).toBeVisible();
  await expect(page.getByText('José Müller')).toBeVisible();
});
