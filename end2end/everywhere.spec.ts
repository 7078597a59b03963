// Every kind of page that a link of the demonstration leads to, looked at from all sides: as the administrator, and as somebody of the
// roster.
import { expect, test, type Page } from '@playwright/test'
import { readFileSync, readdirSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { Inspector } from './helper/inspect.ts'
import { startServer, type Server } from './helper/server.ts'
import { newPage, useLink } from './helper/steps.ts'

let server: Server
test.beforeAll(async ({}, info) => void (server = await startServer(info.project.name, '--demo')))
test.afterAll(() => server?.stop())

/** Pages of one kind have addresses that differ in ids, numbers and articles alone. */
const kindOf = (path: string) =>
  path
    .split('/')
    .map((part) => (/^[0-9a-z]{13}$|^\d+(-\d+)?$|^[0-9a-z]{4,8}$/.test(part) && /\d/.test(part) ? '*' : part))
    .join('/')

/** What leads away, changes the page for good, or is no page. */
const passedOver = /^\/(language|size|sign-out|link|api|icon|pkg)\b|\.(xlsx|docx|csv|json|pdf)$/

const DEMO = resolve('../src/service/demo')
const files = (folder: string): string[] =>
  readdirSync(folder, { withFileTypes: true }).flatMap((one) => {
    const path = join(folder, one.name)
    return one.isDirectory() ? files(path) : [path]
  })

/** What the database holds, or the demonstration (a long text is not in one piece in the database), is content, and may be Chinese on an English page; so is the number of an article. */
function stored(): (text: string) => boolean {
  const held = ['', '-wal'].map((end) => readFileSync(server.file + end)).map((bytes) => bytes.toString('utf8'))
  const ours = files(DEMO).map((path) => readFileSync(path, 'utf8'))
  held.push(...ours)
  return (text) => /^第[零一二三四五六七八九十百千]+条/.test(text) || held.some((all) => all.includes(text))
}

async function links(page: Page): Promise<string[]> {
  const found = await page.locator('a[href^="/"]:not([download])').evaluateAll((all) => all.map((one) => one.getAttribute('href')!))
  return found.map((href) => href.split('#')[0])
}

/** Whether a page comes from there, and not a file to save. */
async function isPage(page: Page, href: string): Promise<boolean> {
  const reply = await page.request.get(href, { maxRedirects: 0 })
  return reply.status() === 200 && (reply.headers()['content-type'] ?? '').startsWith('text/html')
}

async function walk(page: Page, role: string, beginnings: string[]): Promise<number> {
  const { look } = new Inspector(page, server.url, [], stored())
  const waiting = [...beginnings]
  const known = new Set<string>()
  while (waiting.length) {
    const href = waiting.shift()!
    const [path] = href.split('?')
    const kind = kindOf(path)
    if (known.has(kind) || passedOver.test(path)) continue
    known.add(kind)
    if (!(await isPage(page, href))) continue
    await look(`${role}${kind.replaceAll('/', '-').replaceAll('*', 'x')}`, href)
    waiting.push(...(await links(page)))
  }
  return known.size
}

test('the pages of an administrator', async ({ browser }) => {
  test.setTimeout(1_200_000)
  const page = await newPage(browser, server)
  await useLink(page, server.adminLink)
  expect(await walk(page, 'admin', ['/'])).toBeGreaterThan(60)
})

test('the pages of somebody of the roster', async ({ browser }) => {
  test.setTimeout(900_000)
  const page = await newPage(browser, server)
  await useLink(page, server.linkFor('20230010'))
  expect(await walk(page, 'person', ['/'])).toBeGreaterThan(15)
})
