// Every screen in every size and light: nothing to scroll sideways to, and nothing that axe finds.
import { expect } from '@playwright/test';
import { expectAccessible, origin, signIn, submit, test, unique } from './pages';

const screens = {
  '/today': 'By expected value',
  '/scoring': 'scored on this device',
  '/leads?lead=': 'Fit: who they are',
  '/leads': 'Most urgent first',
  '/overview': 'Leads per day',
  '/import': 'See what each row would become',
  '/duplicates': 'Nothing is merged by itself',
  '/clean': 'Only their domains',
  '/data': 'All of it is yours',
  '/quarantine': 'wait here for you',
  '/settings': 'API keys',
  '/design': 'Waterfall',
};

for (const [path, sign] of Object.entries(screens)) {
  test(`${path} holds at every size, light and dark`, async ({ page, context }) => {
    await signIn(context);
    const lead = path.endsWith('=') ? await submit({ name: unique('Seen '), role: 'decision_maker' }) : '';
    for (const width of [320, 768, 1440]) {
      for (const colorScheme of ['light', 'dark'] as const) {
        await page.setViewportSize({ width, height: 900 });
        await page.emulateMedia({ colorScheme });
        await page.goto(origin() + path + lead);
        await expect(page.getByText(sign).first()).toBeAttached();
        await expectAccessible(page);
        expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth), `${width} px, ${colorScheme}`).toBeLessThanOrEqual(0);
      }
    }
  });
}
