// What holds for every page: in both languages, on a phone and on a desk, light and dark.
import { AxeBuilder } from '@axe-core/playwright'
import { expect, type Page } from '@playwright/test'
import { join } from 'node:path'

const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']
const LANGUAGES = { zh: 'zh-CN', en: 'en' }
const SIZES = [{ width: 320, height: 640 }, { width: 1280, height: 800 }]
const SCHEMES = ['light', 'dark'] as const

export class Inspector {
  private readonly complaints: string[] = []

  /** `content` are the texts that stay Chinese on an English page: names, titles, questions. */
  constructor(
    private readonly page: Page,
    private readonly content: string[],
  ) {
    page.on('console', (message) => {
      const refusedPage = message.text().startsWith('Failed to load resource') && message.location().url === page.url()
      if (['error', 'warning'].includes(message.type()) && !refusedPage) this.complaints.push(message.text())
    })
    page.on('pageerror', (error) => this.complaints.push(String(error)))
  }

  /** Brings a page up in each language by `show` and looks at it from all sides. */
  async look(name: string, show: string | (() => Promise<unknown>)) {
    const { page } = this
    await page.emulateMedia({ reducedMotion: 'reduce', colorScheme: 'light' })
    for (const [code, tag] of Object.entries(LANGUAGES)) {
      const url = new URL((await page.evaluate(() => location.origin)) === 'null' ? this.base : page.url()).origin
      await page.context().addCookies([{ name: 'lang', value: code, url }])
      await (typeof show === 'string' ? page.goto(show) : show())
      await this.words(`${name} ${code}`, tag)
      for (const size of SIZES) {
        for (const colorScheme of SCHEMES) {
          await page.setViewportSize(size)
          await page.emulateMedia({ colorScheme })
          await this.sides(`${code}-${size.width}-${colorScheme}-${name}`)
        }
      }
    }
    expect.soft(this.complaints.splice(0), `${name}: what the browser complains about`).toEqual([])
  }
}
