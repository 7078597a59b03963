// What supervision does reaches the candidate's page by itself, within two seconds.
import { expect, test, type Page } from '@playwright/test'
import { startServer, type Server } from './helper/server.ts'
import { awake, newPage, openShortExam, signIn, submit, useLink } from './helper/steps.ts'

let server: Server
let exam: string
test.beforeAll(async ({ browser }, info) => {
  server = await startServer(info.project.name, '--demo')
  exam = await openShortExam(browser, server)
})
test.afterAll(() => server?.stop())

const SOON = { timeout: 2000 }

/** What the administrator does to everybody who sits, with words. */
async function deal(admin: Page, what: string, words: string, minutes = '') {
  await admin.goto(`/admin${exam}/live`)
  await admin.locator('#deal-words').fill(words)
  await admin.locator('#minutes').fill(minutes)
  await admin.locator(`button[value=${what}]`).click()
  await expect(admin).toHaveURL(`/admin${exam}/live`)
}

const count = (admin: Page, stand: string) => admin.locator('.figure', { hasText: stand }).locator('b')

test('a candidate is told, gets time, is stopped and goes on', async ({ browser }) => {
  const [admin, page] = [await newPage(browser, server), await newPage(browser, server)]
  await signIn(admin, 'admin')
  await useLink(page, server.linkFor('20230001'))
  await page.goto(exam)
  await submit(page, `${exam}/start`)
  await awake(page)
  await expect(page.locator('.clock')).toHaveText(/^(60:00|59:\d\d)$/)

  await deal(admin, 'message', '请检查网络。')
  await expect(page.getByText('请检查网络。')).toBeVisible(SOON)

  await deal(admin, 'extend', '补时', '15')
  await expect(page.locator('.clock')).toHaveText(/^(1:1[45]:\d\d|7\d:\d\d)$/, SOON)

  await deal(admin, 'pause', '停电')
  await expect(page.getByText('考试已暂停，计时停止').first()).toBeVisible(SOON)
  await expect(page.locator('.option').first()).toBeHidden()
  await expect(count(admin, '已暂停')).toHaveText('1')
  const stood = await page.locator('.clock').textContent()
  await page.waitForTimeout(1500)
  await expect(page.locator('.clock')).toHaveText(stood!)

  await deal(admin, 'resume', '来电')
  await expect(page.locator('.option').first()).toBeVisible(SOON)
  await page.locator('.option').first().click()
  await expect(page.locator('.saved')).toHaveText(/^已保存/)
  await expect(count(admin, '正在考')).toHaveText('1')

  await deal(admin, 'hand_in', '身份不符，已核实。')
  await expect(page.getByText('已由监考人员收卷')).toBeVisible(SOON)
  await expect(page.locator('.saved')).toHaveText(/已到时间或已交卷/)
  await page.goto(`${new URL(page.url()).pathname}/result`)
  await expect(page.getByText('监考人员收卷')).toBeVisible()
  // The live view renews itself.
  await admin.goto(`/admin${exam}/live`)
  const other = await newPage(browser, server)
  await useLink(other, server.linkFor('20230002'))
  await other.goto(exam)
  await submit(other, `${exam}/start`)
  await expect(count(admin, '正在考')).toHaveText('1', { timeout: 6000 })
})
