import { defineConfig } from '@playwright/test';

// The system's own Chromium; nothing is downloaded. One deployment serves every story.
export default defineConfig({
  testDir: '.',
  outputDir: 'test-results',
  // They end what hangs, and judge no speed: a busy machine is not a defect.
  timeout: 300_000,
  expect: { timeout: 30_000 },
  workers: 1,
  fullyParallel: false,
  forbidOnly: true,
  reporter: [['list']],
  globalSetup: './start.ts',
  use: {
    browserName: 'chromium',
    launchOptions: {
      executablePath: process.env.CHROMIUM_PATH,
      args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'],
    },
  },
});
