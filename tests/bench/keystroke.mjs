// One keystroke in Chromium with the CPU four times slower: what our own code takes of it, and how
// long until the frame. Chromium slows by stopping the thread in slices, so the mean says most. node keystroke.mjs ORIGIN
import { chromium } from '@playwright/test';

const [origin] = process.argv.slice(2);
const browser = await chromium.launch({ executablePath: process.env.CHROMIUM_PATH, args: ['--no-sandbox', '--disable-gpu'] });
const page = await browser.newPage();
await page.goto(`${origin}/f/demo`);
await page.getByLabel('Name').focus();
await page.waitForSelector('form[novalidate]');
const session = await page.context().newCDPSession(page);
await session.send('Emulation.setCPUThrottlingRate', { rate: 4 });
const { handled, framed } = await page.evaluate(async () => {
  const input = document.querySelector('#pl-email');
  const text = 'ada.lovelace+demo@analytical-engines.co';
  const [handled, framed] = [[], []];
  for (let round = 0; round < 5; round++) {
    input.focus();
    for (let length = 1; length <= text.length; length++) {
      input.value = text.slice(0, length);
      const start = performance.now();
      input.dispatchEvent(new InputEvent('input', { bubbles: true, composed: true }));
      // Effects run in microtasks: wait for them, and then for the frame.
      await Promise.resolve();
      handled.push(performance.now() - start);
      await new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)));
      framed.push(performance.now() - start);
    }
  }
  return { handled, framed };
});
const mean = (list) => (list.reduce((sum, one) => sum + one, 0) / list.length).toFixed(2);
const at = (list, share) => list.sort((a, b) => a - b)[Math.floor((list.length - 1) * share)].toFixed(2);
console.log(`one keystroke, CPU ÷ 4   mean ${mean(handled)} ms, median ${at(handled, 0.5)} ms, p95 ${at(handled, 0.95)} ms of ours; to the frame median ${at(framed, 0.5)} ms, p95 ${at(framed, 0.95)} ms`);
await browser.close();
