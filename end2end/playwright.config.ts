// The tests start the server themselves, from MINGFA_BIN, on the engine that is the name of their project; PostgreSQL's
// address is in MINGFA_TEST_POSTGRES. `make e2e` sets both.
import { defineConfig } from '@playwright/test'

export default defineConfig({
  testDir: '.',
  timeout: 240_000,
  // A busy machine may make a browser late once; a second try is printed as flaky, never hidden.
  retries: process.env.CI ? 1 : 0,
  workers: 1,
  forbidOnly: !!process.env.CI,
  reporter: 'list',
  // What a page looks like does not depend on the engine.
  projects: [{ name: 'sqlite' }, { name: 'postgres', testMatch: /(path|noscript|competition)\.spec/ }],
  use: {
    actionTimeout: 20_000,
    navigationTimeout: 20_000,
    locale: 'zh-CN',
    timezoneId: 'Asia/Shanghai',
    launchOptions: {
      executablePath: process.env.MINGFA_CHROMIUM || '/usr/bin/chromium',
      args: [
        '--no-sandbox',
        '--disable-gpu',
        '--disable-quic',
        '--no-first-run',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
      ],
    },
  },
})
