// The stories of scoring: models are bent, learned, published and taken back.
import { type Page, expect } from '@playwright/test';
import { expectAccessible, origin, signIn, submit, test, withBook } from './pages';

const cards = (page: Page) => (name: string) => page.locator('.card').filter({ has: page.getByRole('heading', { name, exact: true }) });

test('a browser without instructions for many numbers scores by the other module', async ({ page, context }) => {
  await signIn(context);
  const loaded: string[] = [];
  page.on('request', (request) => loaded.push(new URL(request.url()).pathname));
  const opened = async () => {
    loaded.length = 0;
    await page.goto(`${origin()}/scoring`);
    await expect(page.getByText(/leads, scored on this device\./)).toBeVisible();
    return loaded.filter((path) => path.startsWith('/app/what-if-') && path.endsWith('.js'));
  };
  expect(await opened()).toEqual([expect.stringMatching(/^\/app\/what-if-simd-worker-/), expect.stringMatching(/^\/app\/what-if-simd-/)]);
  const matrix = () => page.locator('.matrix').first().innerText();
  const scored = await matrix();
  await page.addInitScript(() => { WebAssembly.validate = () => false; });
  expect(await opened()).toEqual([expect.stringMatching(/^\/app\/what-if-worker-/), expect.stringMatching(/^\/app\/what-if-(?!simd)/)]);
  expect(await matrix()).toBe(scored);
});

test('what is qualified is defined, published and held to, and a person may see a score otherwise', async ({ browser }) => {
  await withBook(browser, 300, async (page, book) => {
    await expect(page.getByText(/^By the last sign, the newest first: with \d+ leads in 30 days, fewer than 100, the clock tells more than a score\./)).toBeVisible();
    // Where a score alone decides that nobody calls, it says so until a person has looked.
    const asked = await page.context().request.get(`${book.origin}/api/v1/leads?cell=C3&stage=lead&limit=50`);
    const [quiet] = (await asked.json()).leads;
    await page.goto(`${book.origin}/leads?lead=${quiet.id}`);
    const shown = page.getByRole('complementary', { name: 'Lead' });
    await expect(shown.getByText('No person has looked at this score yet, and it alone decides that nobody calls.')).toBeVisible();
    await shown.getByText('Review the score').click();
    await shown.getByLabel('Your name').fill('Ada');
    await shown.getByLabel('Your reason').fill('Too far away for us');
    await shown.getByRole('button', { name: 'Save the review' }).click();
    await expect(shown.getByText(/^Ada looked at it \(.*\): Too far away for us$/)).toBeVisible();
    await expect(shown.getByText('it alone decides')).toHaveCount(0);
    await page.goto(`${book.origin}/scoring`);
    await expect(page.getByText(/^300 leads, scored on this device\./)).toBeVisible();
    const card = cards(page);

    // Where too little is known to learn from, that is what it says.
    await page.getByRole('button', { name: 'Learn from outcomes' }).click();
    await expect(page.getByText(/^Not enough outcomes yet: \d+ of 100 closed leads, \d+ of 30 won, \d+ of 30 lost/)).toBeVisible();

    // A definition is cells, words and an exception of as many parts as it takes.
    const marketing = card('Marketing qualified');
    await expect(marketing.getByRole('checkbox', { name: 'A1' })).toBeChecked();
    await marketing.getByRole('checkbox', { name: 'A3' }).check();
    await marketing.getByLabel('What it means').fill('Worth a call');
    const parts = marketing.getByRole('group');
    await expect(parts.getByLabel('About').first()).toHaveValue('email_verdict');
    await parts.getByRole('button', { name: 'Another part' }).click();
    await expect(parts.getByLabel('Asks')).toHaveCount(4);
    await parts.getByLabel('Asks').last().selectOption('in_group');
    await expect(parts.getByLabel('The group')).toBeVisible();
    await parts.getByLabel('About').last().selectOption('country');
    const sales = card('Sales qualified');
    await sales.getByRole('checkbox', { name: 'budget' }).check();
    const product = card('Product qualified');
    await product.getByRole('button', { name: 'Must have been done…' }).click();
    await product.getByLabel('Event, or empty for any').fill('limit.reached');
    await product.getByLabel('At least').fill('1');
    await product.getByLabel('At least').blur();
    const publish = card('Publish');
    await expect(publish).toContainText('Marketing qualified: A1, A2, A3, B1, whoever asked to be contacted instead of A1, A2, B1, whoever');
    await expect(publish).toContainText('Marketing qualified, in words: Worth a call instead of');
    await expect(publish).toContainText('Never marketing qualified: email verdict is undeliverable');
    await expect(publish).toContainText('country in the group');
    await expect(publish).toContainText('Sales must know: budget');
    await expect(publish).toContainText('limit.reached, 1 days in 14 days');
    await expectAccessible(page);
    await page.setViewportSize({ width: 320, height: 800 });
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(320);
    await page.setViewportSize({ width: 1280, height: 800 });
    // A rule of fit is rebuilt from parts.
    const rule = page.getByRole('listitem').filter({ hasText: 'Left a phone number' });
    await rule.getByText('phone is known').click();
    await rule.getByLabel('Asks').selectOption('all');
    await rule.getByRole('button', { name: 'Another part' }).click();
    await expect(rule.getByLabel('About')).toHaveCount(2);
    await rule.getByLabel('About').last().selectOption('company');
    await expect(publish).toContainText('Left a phone number: phone is known and company is known');
    await publish.getByLabel('Your name').fill('Ada');
    await expect(publish.getByRole('button', { name: 'Publish version 2' })).toBeDisabled();
    await publish.getByLabel('Why').fill('What we agreed on');
    await publish.getByRole('button', { name: 'Publish version 2' }).click();
    await expect(card('Versions').getByRole('row', { name: /^2 / })).toBeVisible();

    // Sales is asked for what it must know.
    const held = await submit({ name: 'Una Held', email: 'una@good.co', role: 'user' }, {}, book.origin);
    await page.goto(`${book.origin}/leads?lead=${held}`);
    const panel = page.getByRole('complementary', { name: 'Lead' });
    await expect(panel.getByRole('button', { name: 'Accept' })).toBeDisabled();
    await panel.getByLabel('Sales must know: budget (yes)').fill('yes');
    await panel.getByLabel('Sales must know: budget (yes)').blur();
    await expectAccessible(page);
    await panel.getByRole('button', { name: 'Accept' }).click();
    await expect(panel.getByLabel('Stage')).toHaveValue('sales_qualified');
    // What a call told is noted, and what the deal is worth counts for today.
    await panel.getByText('Note what a call told').click();
    await panel.getByRole('combobox', { name: 'Field', exact: true }).selectOption('deal_value');
    await panel.getByLabel('Answer, or empty to take it away').fill('a lot');
    await panel.getByRole('button', { name: 'Save the answer' }).click();
    await expect(panel.getByRole('alert')).toBeVisible();
    await expect(panel.getByLabel('Answer, or empty to take it away')).toHaveValue('a lot');
    await panel.getByLabel('Answer, or empty to take it away').fill('12 000');
    await panel.getByRole('button', { name: 'Save the answer' }).click();
    await expect(panel.getByText('12000')).toBeVisible();
    // A person sees the score otherwise; the computed one stays to be seen.
    await panel.getByText('Review the score').click();
    await panel.getByLabel('Your name').fill('Ada');
    await panel.getByLabel('Your reason').fill('An old customer of ours');
    await panel.getByRole('combobox', { name: 'Cell', exact: true }).selectOption('A1');
    await expect(panel.getByRole('button', { name: 'Save the review' })).toBeDisabled();
    const until = new Date(Date.now() + 10 * 86_400_000).toISOString().slice(0, 10);
    await panel.getByLabel('Until, for another cell').fill(until);
    await panel.getByLabel('Until, for another cell').blur();
    await expectAccessible(page);
    await panel.getByRole('button', { name: 'Save the review' }).click();
    await expect(panel.getByText(/^Ada set A1 until .*; computed is [ABC][123] \(.*\): An old customer of ours$/)).toBeVisible();
    await expect(panel.locator('.panel__play .cell')).toHaveText('A1');
    await expect(panel.getByText('Ada set A1', { exact: true })).toBeVisible();
  });
});

test('a rule is bent over the whole book, published, followed by the stored leads and taken back', async ({ browser }) => {
  // A book of its own: a published model scores everybody's leads.
  await withBook(browser, 3_000, async (page, book) => {
    await page.goto(`${book.origin}/scoring`);
    await expect(page.getByText(/^3.000 leads, scored on this device\./)).toBeVisible();
    const card = cards(page);
    const matrix = card('Fit and engagement').getByRole('table');
    const sum = async () => (await matrix.locator('.matrix__count').allInnerTexts()).reduce((all, text) => all + Number(text.replace(/^.*:/s, '').replace(/\D/g, '')), 0);
    await expect(card('Who changes cell')).toContainText('Nobody');
    await expectAccessible(page);

    const asked: string[] = [];
    page.on('request', (request) => asked.push(request.url()));
    const slider = page.getByRole('slider', { name: 'Points: Decides on the purchase' });
    await slider.focus();
    for (let press = 0; press < 40; press++) await slider.press('ArrowRight');
    await expect(slider).toHaveValue('65');
    await expect(card('Who changes cell')).toContainText(/\d+ of 3.000 leads/);
    await expect(card('Publish')).toContainText('Decides on the purchase: +65 instead of +25');
    // What became of older leads stands there once the draft has come to rest.
    await expect(card('Looking back').getByRole('row', { name: /^C3/ })).toContainText(/C3\s*\d+\s*\d+\s*\d+ % \(\d+ to \d+ %\)/);
    const cuts = card('Looking back').getByRole('list', { name: 'To call in a week, by the fit that A begins at' });
    await expect(cuts.getByRole('listitem').first()).toContainText(/\d+\s*\d+\s*won: \d+ % \(\d+ to \d+ %\)/);
    await page.waitForTimeout(600);
    expect(asked, 'nothing is sent while a slider moves, nor after it').toEqual([]);
    expect(await sum(), 'every lead is in one cell').toBe(3000);
    await page.setViewportSize({ width: 320, height: 800 });
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(320);
    await expectAccessible(page);
    // However low the screen is, nothing lies over what has the focus.
    for (const height of [256, 500, 800]) {
      await page.setViewportSize({ width: 320, height });
      for (const name of ['Decides on the purchase', 'Left a phone number', 'Replied']) {
        const focused = page.getByRole('slider', { name: `Points: ${name}` });
        await page.getByRole('spinbutton', { name: `Points: ${name}` }).focus();
        await page.keyboard.press('Tab');
        await expect(focused).toBeFocused();
        expect(await focused.evaluate((slider) => {
          const { left, top, width, height: high } = slider.getBoundingClientRect();
          return document.elementFromPoint(left + width / 2, top + high / 2) === slider;
        }), `${name} at ${height}`).toBe(true);
      }
    }
    await page.setViewportSize({ width: 1280, height: 800 });

    // What sales rejects suggests a rule, which is tried and not published.
    const rejected = card('What sales rejects');
    await expect(rejected).toContainText('of the rejected have it that role is student');
    await rejected.getByRole('button', { name: 'Try the rule: role is student' }).click();
    await expect(card('Publish')).toContainText('Studies or looks for a job: −60 instead of −30');

    // What outcomes teach stands beside how far it can be trusted, and becomes a draft and no more.
    const learned = card('Learned from your outcomes');
    await learned.getByRole('button', { name: 'Learn from outcomes' }).click();
    await expect(learned.getByRole('table', { name: 'How good the card is' })).toContainText(/AUC, 0.5 is a coin\s*0\.\d\d ± 0\.\d\d/);
    await expect(learned.getByRole('region', { name: 'The card' })).toContainText('role: decision_maker');
    // What sales writes down of those who buy tells the outcome and nothing else.
    await expect(learned.getByRole('list', { name: 'What to be careful with' })).toContainText('budget: left out');
    await learned.getByText('Expected and won by month, as numbers').click();
    const months = learned.getByRole('table', { name: 'Expected and won by month' });
    await expect(months.getByRole('row').nth(1)).toContainText(/\d{4}-\d\d\s*\d+ %\s*\d+ % \(\d+ to \d+ %\)/);
    await expectAccessible(page);
    // Whoever insists on a field that was left out sees what it makes of the card, and can go back.
    const insisted = learned.getByRole('button', { name: 'Learn from it all the same: budget' });
    await insisted.focus();
    await page.keyboard.press('Enter');
    await expect(learned.getByRole('list', { name: 'What to be careful with' })).toContainText('budget: kept, but look at it');
    await expect(learned.getByRole('region', { name: 'The card' })).toContainText('budget: ');
    await expect(learned.getByRole('group', { name: 'How far it can be trusted' })).toBeFocused();
    await expectAccessible(page);
    await learned.getByRole('button', { name: 'Leave it out again: budget' }).click();
    await expect(insisted).toBeVisible();
    await expect(learned.getByRole('region', { name: 'The card' })).not.toContainText('budget: ');
    // What stands for where people come from is named, and left out at a press.
    await expect(learned).toContainText('By its name this is what people are protected by, or stands for it: country.');
    await learned.getByRole('button', { name: 'Learn again without it' }).click();
    await expect(learned).not.toContainText('what people are protected by');
    await expect(learned.getByRole('region', { name: 'The card' })).not.toContainText('country: ');
    await learned.getByRole('button', { name: 'Use as rules of fit' }).click();
    await expect(card('Publish')).toContainText('Gone: Decides on the purchase');
    // What a draft was before it was replaced as a whole can be put back.
    await page.getByRole('button', { name: 'Take as draft: version 1' }).click();
    await expect(card('Publish')).toContainText('The draft is what is published.');
    await card('Publish').getByRole('button', { name: 'Put back the draft from before' }).click();
    await expect(card('Publish')).toContainText('Gone: Decides on the purchase');
    // The one before it too, and what is not bent takes the place of neither.
    await card('Publish').getByRole('button', { name: 'Put back the draft from before' }).click();
    await expect(card('Publish')).toContainText('Decides on the purchase: +65 instead of +25');
    await card('Publish').getByRole('button', { name: 'Put back the draft from before' }).click();
    await expect(card('Publish')).toContainText('Gone: Decides on the purchase');
    await card('Publish').getByRole('button', { name: 'Discard the draft' }).focus();
    await page.keyboard.press('Enter');
    await expect(card('Publish')).toContainText('The draft is what is published.');
    await expect(page.locator('#draft')).toBeFocused();
    await slider.focus();
    for (let press = 0; press < 40; press++) await slider.press('ArrowRight');

    // A draft outlives the page; a limit over a group is bent like everything else.
    await page.getByLabel('At most from web together').fill('33');
    await page.getByLabel('At most from web together').blur();
    await expect(card('Publish')).toContainText('At most from web together: 33 instead of 40');
    await page.reload();
    await expect(card('Publish')).toContainText('Your draft from before is here');
    await expect(card('Publish')).toContainText('Decides on the purchase: +65 instead of +25');
    await expect(card('Publish')).toContainText('At most from web together: 33 instead of 40');
    await page.getByLabel('At most from web together').fill('40');
    await page.getByLabel('At most from web together').blur();
    await expect(card('Publish')).not.toContainText('At most from web together');

    // A rule that cannot be read is told of, and cannot be published. A new one is open, and has the focus.
    const another = card('Another rule');
    await another.getByLabel('About').selectOption('job_title');
    await another.getByRole('button', { name: 'Add the rule' }).click();
    await expect(page.locator('.rule summary').filter({ hasText: 'job title is known' })).toBeFocused();
    const own = page.getByRole('listitem').filter({ hasText: /^job title/ });
    await own.getByLabel('Asks').selectOption('matches');
    await own.getByLabel('Regular expression').fill('chief|(');
    await own.getByLabel('Regular expression').blur();
    await expect(page.getByRole('alert')).toContainText('its expression cannot be used');
    await card('Publish').getByLabel('Your name').fill('Ada');
    await expect(page.getByRole('button', { name: 'Publish version 2' })).toBeDisabled();
    await own.getByRole('button', { name: 'Remove the rule: job title matches chief|(' }).click();
    await expect(page.getByRole('alert')).toHaveCount(0);

    // A rule of what leads did is made, and asks for silence; it takes points from whoever is silent.
    await another.getByLabel('About').selectOption('seen:guide_read');
    await another.getByRole('button', { name: 'Add the rule' }).click();
    const silence = page.getByRole('listitem').filter({ has: page.getByLabel('What they did') }).last();
    await silence.getByLabel('Counts half after days').fill('7');
    await silence.getByLabel('Counts half after days').blur();
    await expect(silence.locator('summary')).toContainText('half after 7 days');
    // A bound that is cleared is none, and points that are cleared are as they were.
    await silence.getByLabel('Counts half after days').fill('');
    await silence.getByLabel('Counts half after days').blur();
    await expect(silence.locator('summary')).not.toContainText('half after');
    await silence.getByRole('spinbutton', { name: /^Points/ }).fill('');
    await silence.getByRole('spinbutton', { name: /^Points/ }).blur();
    await expect(silence.getByRole('spinbutton', { name: /^Points/ })).toHaveValue('10');
    await page.getByLabel('A begins at a fit of').fill('');
    await page.getByLabel('A begins at a fit of').blur();
    await expect(page.getByLabel('A begins at a fit of')).toHaveValue('60');
    await expect(page.getByRole('alert')).toHaveCount(0);
    await silence.getByLabel('Counts half after days').fill('7');
    await silence.getByLabel('Counts half after days').blur();
    await silence.getByLabel('What they did').selectOption('silent');
    await silence.getByLabel('For so many days').fill('45.4');
    await silence.getByLabel('For so many days').blur();
    await expect(silence.locator('.rule__label')).toHaveText('nothing for 45 days');
    await silence.getByRole('spinbutton', { name: 'Points: nothing for 45 days' }).fill('-10');
    await silence.getByRole('spinbutton', { name: 'Points: nothing for 45 days' }).blur();
    await expect(card('Publish')).toContainText('New: nothing for 45 days, −10');
    await expect(page.getByRole('alert')).toHaveCount(0);
    // Whoever works with the keyboard stays where they are.
    await silence.getByRole('button', { name: /^Move up/ }).focus();
    await page.keyboard.press('Enter');
    await expect(page.getByRole('button', { name: 'Move up: nothing for 45 days' })).toBeFocused();
    const quiet = page.getByRole('listitem').filter({ has: page.getByRole('button', { name: 'Move up: nothing for 45 days' }) });
    await quiet.getByRole('button', { name: /^Remove the rule/ }).focus();
    await page.keyboard.press('Enter');
    await expect(quiet).toHaveCount(0);
    await expect(page.locator('.rule summary:focus')).toHaveCount(1);

    // What the team can call is counted for the cells and for whoever asked, and a cut that fits is named.
    await card('What the team can call').getByLabel('You can call in a week').fill('5');
    await card('What the team can call').getByLabel('You can call in a week').blur();
    await expect(card('What the team can call')).toContainText(/A1, A2, B1 and whoever asked to be contacted: \d+ of the last 7 days/);
    const team = card('What the team can call');
    const [, wanted] = (await team.textContent())!.match(/contacted: (\d+) of the last 7 days/)!;
    await expect(team).toContainText(/You can call 5: no cut of the fit makes it fewer than \d+\./);
    await team.getByLabel('You can call in a week').fill(String(Number(wanted) - 1));
    await team.getByLabel('You can call in a week').blur();
    const [, cut, left] = (await team.textContent())!.match(/with A from a fit of (\d+) on, in place of 60, it would be (\d+)\./)!;
    expect(Number(cut)).toBeGreaterThan(60);
    expect(Number(left)).toBeLessThan(Number(wanted));
    await team.getByLabel('You can call in a week').fill('2999');
    await team.getByLabel('You can call in a week').blur();
    await expect(team).toContainText(/You can call 2.999: there is room\. Were A to begin where B does, at a fit of 30, it would be \d+\./);

    await card('Publish').getByLabel('Why').fill('Deciders buy');
    await page.getByRole('button', { name: 'Publish version 2' }).click();
    await expect(page.getByText(/Version 2: all 3.000 stored leads were scored anew/)).toBeVisible();
    await expect(card('Who changes cell')).toContainText('Nobody');
    await expect(card('Versions').getByRole('row', { name: /^2 / })).toContainText('Deciders buy');
    await page.getByRole('button', { name: 'Take as draft: version 1' }).click();
    await expect(card('Publish')).toContainText('Decides on the purchase: +25 instead of +65');
    await card('Publish').getByLabel('Why').fill('Back');
    await page.getByRole('button', { name: 'Publish version 3' }).click();
    await expect(page.getByText(/Version 3: all 3.000 stored leads were scored anew/)).toBeVisible();
    await expect(slider).toHaveValue('25');

    // What was learned, and a rule of one's own, outlive their publication, and say how likely a lead is won.
    await learned.getByRole('button', { name: 'Learn from outcomes' }).click();
    await learned.getByRole('button', { name: 'Use as rules of fit' }).click();
    await another.getByLabel('About').selectOption('industry');
    await another.getByRole('button', { name: 'Add the rule' }).click();
    await expect(card('Publish')).toContainText('How likely a lead is to be won: learned from');
    await expect(card('Looking back').getByRole('img', { name: 'Learned and come, by month, as a table below' })).toBeVisible();
    await card('Publish').getByLabel('Why').fill('What our outcomes teach');
    await page.getByRole('button', { name: 'Publish version 4' }).click();
    await expect(page.getByText(/Version 4: all 3.000 stored leads were scored anew/)).toBeVisible();
    await page.getByRole('slider', { name: 'Points: industry is known' }).press('ArrowRight');
    await expect(card('Publish')).toContainText('industry is known: +11 instead of +10');
    // Learned again without a field, what was learned of it goes as well.
    await learned.getByText('Fields that it learns from').click();
    await learned.getByRole('checkbox', { name: 'timing', exact: true }).uncheck();
    await learned.getByRole('button', { name: 'Learn again from these' }).click();
    await expect(learned.getByRole('region', { name: 'The card' })).not.toContainText('timing: ');
    await learned.getByRole('button', { name: 'Use as rules of fit' }).click();
    await expect(card('Publish')).toContainText(/Gone: timing/);
    await card('Publish').getByRole('button', { name: 'Discard the draft' }).click();
    await page.goto(`${book.origin}/today`);
    await expect(page.getByText(/^By expected value: how likely a lead is to be won by what .* older ones have taught/)).toBeVisible();
    await page.locator('.today__lead a').first().click();
    const chance = /Chance to be won: \d+ %, by what .* leads have taught, of which .* were won\./;
    await expect(page.getByRole('complementary', { name: 'Lead' })).toContainText(chance);
    // How many of those that were thought as likely were won is told where there were any: few are likely, and many
    // are not.
    const unlikely = await page.context().request.get(`${book.origin}/api/v1/leads?cell=C3&limit=1`);
    await page.goto(`${book.origin}/leads?lead=${(await unlikely.json()).leads[0].id}`);
    await expect(page.getByRole('complementary', { name: 'Lead' })).toContainText(new RegExp(`${chance.source} Won of .* that were thought as likely: (too few|\\d+ %)`));
  });
});

test('two who publish at once hear of each other, and a draft with a mistake outlives the page', async ({ browser }) => {
  await withBook(browser, 600, async (page, book) => {
    await page.goto(`${book.origin}/scoring`);
    const there = page.getByText(/^600 leads, scored on this device\./);
    await expect(there).toBeVisible();
    const card = cards(page);
    const publish = card('Publish');
    const points = (name: string) => page.getByRole('spinbutton', { name: `Points: ${name}` });

    // Another tab that changes nothing takes nothing of the draft away.
    await points('Decides on the purchase').fill('40');
    await points('Decides on the purchase').blur();
    const other = await page.context().newPage();
    await other.goto(`${book.origin}/scoring`);
    await expect(other.getByText('Your draft from before is here, made from version 1.')).toBeVisible();
    await points('Decides on the purchase').fill('41');
    await points('Decides on the purchase').blur();
    await other.getByRole('link', { name: 'Leads', exact: true }).click();
    await expect(other.getByRole('grid', { name: 'Leads' })).toBeVisible();
    await other.close();
    expect(await page.evaluate(() => JSON.stringify(localStorage))).toContain('\\"points\\":41');
    await points('Decides on the purchase').fill('40');
    await points('Decides on the purchase').blur();

    // A mistake stays where it was made, beside the book as it was before it, or as it is published.
    await page.getByLabel('2 begins at an engagement of').fill('90');
    await page.getByLabel('2 begins at an engagement of').blur();
    await expect(page.getByRole('alert')).toContainText('the band 2: it begins above the one before it');
    await expect(page.getByText('This is of the draft as it was before the mistake.')).toBeVisible();
    await page.reload();
    await expect(page.getByRole('alert')).toContainText('the band 2: it begins above');
    await expect(page.getByText('This is of what is published: the draft has a mistake.')).toBeVisible();
    await expect(card('Learned from your outcomes').getByRole('button', { name: 'Learn from outcomes' })).toBeEnabled();
    await page.getByLabel('2 begins at an engagement of').fill('20');
    await page.getByLabel('2 begins at an engagement of').blur();
    await expect(page.getByRole('alert')).toHaveCount(0);
    await expect(there).toBeVisible();

    // Somebody else was quicker: the draft stays, and says what it would change of theirs.
    const { model } = await (await page.context().request.get(`${book.origin}/api/v1/scoring`)).json();
    model.rules.find((rule: { label: string }) => rule.label === 'Decides on the purchase').points = 33;
    const theirs = await page.context().request.post(`${book.origin}/api/v1/scoring/models`, { headers: { origin: book.origin }, data: { model, author: 'Grace', note: 'Quicker' } });
    expect(theirs.status()).toBe(201);
    await publish.getByLabel('Your name').fill('Ada');
    await publish.getByLabel('Why').fill('Deciders buy');
    await publish.getByRole('button', { name: 'Publish version 2' }).click();
    await expect(publish.getByRole('alert')).toContainText('Grace has published version 2 meanwhile (“Quicker”). Your draft is still here');
    await expect(publish).toContainText('Decides on the purchase: +40 instead of +33');
    await expectAccessible(page);

    // An answer that is lost on its way is no reason to publish twice.
    await page.route('**/api/v1/scoring/models', async (route) => { await route.fetch(); await route.abort(); }, { times: 1 });
    await publish.getByRole('button', { name: 'Publish version 3' }).click();
    await expect(publish.getByRole('alert')).toContainText('There is no connection');
    // The stored leads follow part by part; whoever wants to leaves it to the clock.
    await page.route('**/api/v1/scoring/rescorings', async (route) => { await new Promise((done) => setTimeout(done, 1_500)); await route.continue(); });
    await publish.getByRole('button', { name: 'Publish version 3' }).click();
    await expect(card('Versions').getByRole('row', { name: /^3 / })).toContainText('Deciders buy');
    await expect(publish.getByRole('alert')).toHaveCount(0);
    await publish.getByRole('button', { name: 'Leave it to the clock' }).click();
    await expect(publish).toContainText(/Version 3: 250 of 600 stored leads were scored anew so far, .* The clock goes on by itself, 50 a minute/);
    await page.unroute('**/api/v1/scoring/rescorings');
    await publish.getByRole('button', { name: 'Score them now' }).focus();
    await page.keyboard.press('Enter');
    await expect(publish).toContainText(/Version 3: all 600 stored leads were scored anew/);
    await expect(page.locator('#followed')).toBeFocused();
    await expect(card('Versions').getByRole('row')).toHaveCount(4);
  });
});

test('outcomes that follow from nothing teach nothing, and the screen says so', async ({ browser }) => {
  await withBook(browser, 0, async (page, book) => {
    await expect(page.getByText('Nobody to call')).toBeVisible();
    const post = async (path: string, data: object) => {
      const answer = await page.context().request.post(`${book.origin}/api/v1${path}`, { headers: { origin: book.origin }, data });
      expect(answer.ok(), await answer.text()).toBe(true);
      return answer.json();
    };
    // A file of the last year in which a coin says who became a customer.
    const lines = Array.from({ length: 400 }, (_, n) => {
      const coin = Math.imul(n + 1, 2654435761) >>> 24;
      return {
        line: n + 2,
        answers: { name: `Person ${n}`, email: `person.${n}@good.co`, role: ['user', 'influencer', 'decision_maker'][n % 3], company_size: ['1-10', '11-50'][(n >> 2) % 2] },
        stage: coin % 2 ? 'customer' : 'lead',
        captured_at: new Date(Date.now() - (465 - n / 2) * 864e5).toISOString(),
      };
    });
    const { id } = await post('/imports', { name: 'coin.csv', lines: lines.length });
    await post(`/imports/${id}/lines`, { lines });
    await page.goto(`${book.origin}/scoring`);
    await expect(page.getByText(/^400 leads, scored on this device\./)).toBeVisible();
    await page.getByRole('button', { name: 'Learn from outcomes' }).click();
    await expect(page.getByText('No better than chance')).toBeVisible();
    await expect(page.getByRole('button', { name: 'Use as rules of fit' })).toBeDisabled();
    await expectAccessible(page);
  });
});
