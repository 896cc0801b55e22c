// The book at 100,000 leads in Chromium: a file is checked and imported, duplicates are searched. What
// it takes, and whether the page stays responsive meanwhile. node book.mjs SIGN_IN_LINK [ROWS]
import { chromium } from '@playwright/test';

const [link, rows = '100000'] = process.argv.slice(2);
const count = Number(rows);
const { origin } = new URL(link);
// A book with a known truth: one in a hundred is there twice, with a slip in the name and another
// mailbox of the same company.
let seed = 42;
const random = (below) => ((seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0) / 2 ** 32 * below) | 0;
const syllables = ['ba', 'ce', 'di', 'fo', 'gu', 'ha', 'ki', 'lo', 'mu', 'na', 'pe', 'ri', 'so', 'tu', 've', 'wi'];
const word = (length) => Array.from({ length }, () => syllables[random(16)]).join('');
const title = (text) => text[0].toUpperCase() + text.slice(1);
const lines = ['Name,Email,Company,Phone'];
let twins = 0;
while (lines.length <= count) {
  const [first, last, company] = [title(word(2)), title(word(3)), word(4)];
  const phone = `+4930${2000000 + random(7999999)}`;
  lines.push(`${first} ${last},${first}.${last}@${company}.co,${title(company)} GmbH,${phone}`.toLowerCase().replace(/^./, (c) => c.toUpperCase()));
  if (random(100) === 0 && lines.length <= count) {
    lines.push(`${first} ${last}${syllables[random(16)][0]},${last}@${company}.co,${title(company)},${phone}`);
    twins += 1;
  }
}

const browser = await chromium.launch({ executablePath: process.env.CHROMIUM_PATH, args: ['--no-sandbox', '--disable-gpu'] });
const page = await browser.newPage();
await page.addInitScript(() => {
  window.longest = 0;
  new PerformanceObserver((list) => list.getEntries().forEach((entry) => (window.longest = Math.max(window.longest, entry.duration)))).observe({ type: 'longtask' });
});
const measured = async (what, work) => {
  await page.evaluate(() => (window.longest = 0));
  const start = performance.now();
  await work();
  const seconds = ((performance.now() - start) / 1000).toFixed(1);
  const longest = await page.evaluate(() => Math.round(window.longest));
  console.log(`  ${what.padEnd(32)} ${seconds} s, longest task ${longest} ms`);
};
await page.goto(link);
await page.waitForSelector('.today__list, .empty');
await page.goto(`${origin}/import`);
await page.getByText('The file').waitFor();
console.log(`the book, ${lines.length - 1} rows, ${twins} people in it twice`);
await measured('read the file', async () => {
  await page.setInputFiles('input[type=file]', { name: 'people.csv', mimeType: 'text/csv', buffer: Buffer.from(lines.join('\n')) });
  await page.getByText('What each column means').waitFor({ timeout: 60_000 });
});
await measured('check every row', async () => {
  await page.getByRole('button', { name: 'Check the rows' }).click();
  await page.getByRole('button', { name: /^Import [\d\u2009]+ rows$/ }).waitFor({ timeout: 300_000 });
});
await measured('import every row', async () => {
  await page.getByRole('button', { name: /^Import [\d\u2009]+ rows$/ }).click();
  await page.getByText('rows are done').waitFor({ timeout: 600_000 });
});
await page.goto(`${origin}/duplicates`);
await page.getByRole('button', { name: 'Find duplicates' }).waitFor();
await measured('read and compare the book', async () => {
  await page.getByRole('button', { name: 'Find duplicates' }).click();
  await page.getByText('leads compared').waitFor({ timeout: 300_000 });
});
console.log(`  ${(await page.getByText('leads compared').textContent()).trim()}`);
await browser.close();
