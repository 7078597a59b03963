// What people do in the browser, step by step.
import { expect, type Browser, type BrowserContextOptions, type Page } from '@playwright/test'
import { PASSWORD } from './content.ts'
import type { Server } from './server.ts'

/** A page of a new browser profile: another person, or another device. */
export async function newPage(browser: Browser, server: Server, options: BrowserContextOptions = {}): Promise<Page> {
  const context = await browser.newContext({ baseURL: server.url, ...options })
  return context.newPage()
}

/** Opens a one-time link and sets the password. */
export async function useLink(page: Page, link: string) {
  await page.goto(link)
  await page.locator('#password').fill(PASSWORD)
  await page.locator('#repeat').fill(PASSWORD)
  await submit(page, '/link/')
  await expect(page).toHaveURL('/')
}

export async function signIn(page: Page, name: string, password = PASSWORD) {
  await page.goto('/sign-in')
  await page.locator('#name').fill(name)
  await page.locator('#password').fill(password)
  await submit(page, '/sign-in')
}

type File = string | { name: string; mimeType: string; buffer: Buffer }

export const csv = (name: string, buffer: Buffer) => ({ name, mimeType: 'text/csv', buffer })

/** Chooses a file for the form of the page at `path` and goes on to its preview. */
export async function preview(page: Page, path: string, file: File) {
  await page.goto(path)
  await page.locator('#file').setInputFiles(file)
  await submit(page, `${path}/import`)
}

/** Presses the button of the form whose address begins like this, and waits for the page that comes. */
export async function submit(page: Page, action: string) {
  const left = page.evaluate(() => new Promise<void>((gone) => addEventListener('pagehide', () => gone()))).catch(() => {})
  await page.locator(`form[action^="${action}"] button[type=submit]:not([tabindex="-1"]):not([name="more"]):not([name="go"])`).first().click()
  await left
  await page.waitForLoadState()
}

/** Login number → path of the one-time link, from the printable list. */
export async function linkList(page: Page): Promise<Map<string, string>> {
  await page.goto('/admin/people')
  await submit(page, '/admin/people/links')
  const rows = await page.locator('tbody tr').evaluateAll((rows) =>
    rows.map((row) => Array.from(row.querySelectorAll('td'), (cell) => cell.textContent!.trim())),
  )
  return new Map(rows.map(([, number, , link]) => [number, new URL(link).pathname]))
}

/** Fills the set-up form; what is not named stays as the preset has it. */
export async function setUp(page: Page, fields: Record<string, string>) {
  const all = page.locator('button[name=go][value=all]:not([aria-current])')
  if (await all.count()) {
    await all.click()
    await expect(page.locator('button[name=go][value=all][aria-current]')).toBeVisible()
  }
  await page.locator('main details').evaluateAll((folded) => folded.forEach((one) => one.setAttribute('open', '')))
  for (const [name, value] of Object.entries(fields)) {
    const field = page.locator(`[name=${name}]`)
    await ((await field.evaluate((element) => element.tagName)) === 'SELECT' ? field.selectOption(value) : field.fill(value))
  }
  await submit(page, '/admin/exams')
}

/** Waits until the answer sheet runs in the browser. */
export async function awake(page: Page) {
  await expect(page.locator('html[data-awake=true]')).toBeAttached()
}

/** A moment in Beijing as a form has it: `2026-12-01T09:00`. */
export function beijing(minutesFromNow: number): string {
  return new Date(Date.now() + 8 * 3_600_000 + minutesFromNow * 60_000).toISOString().slice(0, 16)
}

/** Opens a short exam (two single, two multiple choice, one true or false) for the demonstration's people. */
export async function openShortExam(browser: Browser, server: Server): Promise<string> {
  const admin = await newPage(browser, server)
  await useLink(admin, server.adminLink)
  await admin.goto('/admin/exams/new')
  const counts = { single_count: '2', multiple_count: '2', true_false_count: '1' }
  await setUp(admin, { title: '短考试', pass_mark: '1', review: 'mock', ...counts })
  const path = new URL(admin.url()).pathname
  await submit(admin, `${path}/publish`)
  await submit(admin, `${path}/open`)
  await admin.context().close()
  return path.replace('/admin', '')
}
