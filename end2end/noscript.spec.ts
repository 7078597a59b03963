// An exam without scripts: plain forms and links.
import { expect, test, type Page } from '@playwright/test'
import { startServer, type Server } from './helper/server.ts'
import { newPage, openShortExam, submit, useLink } from './helper/steps.ts'

let server: Server
let exam: string
test.beforeAll(async ({ browser }, info) => {
  server = await startServer(info.project.name, '--demo')
  exam = await openShortExam(browser, server)
})
test.afterAll(() => server?.stop())

const question = (page: Page, number: number) => expect(page.getByText(`第 ${number} 题，共 5 题`)).toBeVisible()
const press = (page: Page, name: string) => page.getByRole('button', { name, exact: true }).click()
const option = (page: Page, place: number) => page.locator('.option').nth(place)

async function start(page: Page, person: string): Promise<string> {
  await useLink(page, server.linkFor(person))
  await page.goto(exam)
  await submit(page, exam)
  await question(page, 1)
  return new URL(page.url()).pathname
}

test('an exam on a phone without scripts', async ({ browser }) => {
  const page = await newPage(browser, server, { javaScriptEnabled: false, viewport: { width: 360, height: 640 } })
  const attempt = await start(page, '20230001')
  await expect(page.locator('.clock')).toHaveText(/^(60:00|59:\d\d)$/)

  await option(page, 1).click()
  await press(page, '下一题')
  await question(page, 2)
  await option(page, 0).click()
  await page.getByLabel('标记，稍后再看').check()
  await press(page, '上一题')
  await question(page, 1)
  await expect(option(page, 1).locator('input')).toBeChecked()

  await page.getByRole('link', { name: '答题卡' }).click()
  await expect(page.getByRole('complementary', { name: '答题卡' })).toBeVisible()
  await expect(page.getByText('已答 2 · 标记 1 · 未答 3')).toBeVisible()
  await page.getByRole('link', { name: '关闭' }).click()
  await expect(page.getByRole('complementary')).toBeHidden()
  await page.getByRole('link', { name: '答题卡' }).click()
  await press(page, '第 3 题，未答')
  await question(page, 3)
  await option(page, 0).click()
  await option(page, 2).click()
  // The last change is saved on the way to the check too.
  await page.getByRole('link', { name: '答题卡' }).click()
  await press(page, '检查并交卷')

  await expect(page.getByRole('heading', { level: 1 })).toHaveText('检查并交卷')
  await expect(page.getByText('还有 2 题没有作答')).toBeVisible()
  await expect(page.getByRole('link', { name: /^第 \d 题$/ })).toHaveText(['4', '5', '2'])
  await page.getByRole('link', { name: '第 2 题' }).click()
  await question(page, 2)
  await expect(page.getByLabel('标记，稍后再看')).toBeChecked()
  await page.goto(`${attempt}?q=3`)
  await expect(page.locator('.option input:checked')).toHaveCount(2)
  await page.goto(`${attempt}/check`)
  await submit(page, `${attempt}/hand-in`)
  await expect(page).toHaveURL(`${attempt}/result`)
  await expect(page.getByRole('row', { name: '交卷方式' })).toContainText('本人交卷')
  await expect(page.getByRole('heading', { name: /^答错的 \d 题$/ })).toBeVisible()
})

test('a page that another one has overtaken stores nothing and says so', async ({ browser }) => {
  const page = await newPage(browser, server, { javaScriptEnabled: false })
  const attempt = await start(page, '20230002')
  const other = await page.context().newPage()
  await other.goto(`${attempt}?q=1`)
  await option(other, 1).click()
  await press(other, '下一题')
  await question(other, 2)
  await option(page, 0).click()
  await press(page, '下一题')
  await expect(page.getByRole('alert')).toHaveText(/^您在另一个页面或设备上作答过/)
  await page.goto(`${attempt}?q=1`)
  await expect(option(page, 1).locator('input')).toBeChecked()
})
