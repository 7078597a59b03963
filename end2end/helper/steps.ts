// What people do in the browser, step by step.
import { expect, type Page } from '@playwright/test'
import { PASSWORD } from './content.ts'

/** Opens a one-time link and sets the password. */
export async function useLink(page: Page, link: string) {
  await page.goto(link)
  await page.locator('#password').fill(PASSWORD)
  await page.locator('#repeat').fill(PASSWORD)
  await page.locator('main button[type=submit]').click()
  await expect(page).toHaveURL('/')
}

export async function signIn(page: Page, name: string, password = PASSWORD) {
  await page.goto('/sign-in')
  await page.locator('#name').fill(name)
  await page.locator('#password').fill(password)
  await page.locator('main button[type=submit]').click()
}

type File = string | { name: string; mimeType: string; buffer: Buffer }

/** Chooses a file on the page and goes on to its preview. */
export async function upload(page: Page, file: File) {
  await page.locator('#file').setInputFiles(file)
  await submit(page, 'form[enctype="multipart/form-data"]')
  await expect(page).toHaveURL(/\/import\//)
}

export const csv = (name: string, buffer: Buffer) => ({ name, mimeType: 'text/csv', buffer })

/** Presses the button of the form that goes to `action` or fits the selector. */
export async function submit(page: Page, form: string) {
  const button = page.locator(form.startsWith('/') ? `form[action^="${form}"]` : form).locator('button[type=submit]')
  const arrived = page.waitForResponse((response) => response.request().isNavigationRequest() && response.status() !== 303)
  await button.first().click()
  await arrived
  await page.waitForLoadState('load')
}

/** Login number → path of the one-time link, from the printable list. */
export async function linkList(page: Page): Promise<Map<string, string>> {
  await page.goto('/admin/people')
  await submit(page, '/admin/people/links')
  const rows = await page.locator('tbody tr').evaluateAll((rows) =>
    rows.map((row) => [...row.querySelectorAll('td')].map((cell) => cell.textContent!.trim())),
  )
  return new Map(rows.map(([, number, , link]) => [number, new URL(link).pathname]))
}

/** Waits until the answer sheet runs in the browser. */
export async function awake(page: Page) {
  await expect(page.locator('html[data-awake=true]')).toBeAttached()
}

/** `2026-12-01T09:00` in Beijing. */
export function beijing(minutesFromNow: number): string {
  return new Date(Date.now() + 8 * 3_600_000 + minutesFromNow * 60_000).toISOString().slice(0, 16)
}
