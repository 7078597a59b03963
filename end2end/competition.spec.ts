// A knowledge competition on a phone: joining by the link, playing over a bad network and in a second tab, the own rank; and
// once without scripts.
import { expect, test, type Browser, type Page } from '@playwright/test'
import { questionsOf } from './helper/paper.ts'
import { startServer, type Server } from './helper/server.ts'
import { awake, newPage, submit, useLink } from './helper/steps.ts'

const PHONE = { viewport: { width: 360, height: 640 } }

let server: Server
let contest: string
test.beforeAll(async ({ browser }, info) => {
  server = await startServer(info.project.name, '--demo')
  contest = await demoContest(browser)
})
test.afterAll(() => server?.stop())

/** The link of the demonstration's competition, as an administrator finds it. */
async function demoContest(browser: Browser): Promise<string> {
  const admin = await newPage(browser, server)
  await useLink(admin, server.adminLink)
  await admin.goto('/admin/competitions')
  await admin.locator('main a[href^="/admin/competitions/"]:not([href$="/new"])').first().click()
  const link = (await admin.locator('a[href*="/c/"]').first().getAttribute('href'))!
  await admin.context().close()
  return new URL(link, server.url).pathname
}

/** Fills in what the form asks for, and joins. */
async function join(page: Page, english = false) {
  await page.goto(contest)
  await page.getByRole('radio', { name: english ? 'The public' : '社会公众' }).check()
  const code = page.locator('input#division')
  if (await code.count()) await code.fill('370303')
  else if (await page.locator('#q').count()) {
    await page.locator('#q').fill('张店区')
    await page.getByRole('button', { name: english ? 'Find regions' : '查找地区' }).click()
    await page.locator('input[name=division]').first().check()
  }
  const name = page.locator('#name')
  if (await name.count()) await name.fill('张晓宁')
  await submit(page, `${contest}/join`)
  await expect(page).toHaveURL(`${contest}/me`)
}

/** Starts an attempt; gives its path and how many questions it has. */
async function start(page: Page): Promise<{ play: string; count: number }> {
  await submit(page, `${contest}/start`)
  const play = new URL(page.url()).pathname
  expect(play).toMatch(/\/play\/\d+$/)
  return { play, count: questionsOf(await page.content()).length }
}

/** Nothing is wider than the phone. */
const fits = async (page: Page) =>
  expect(await page.evaluate(() => document.scrollingElement!.scrollWidth)).toBeLessThanOrEqual(page.viewportSize()!.width)

const sheetOf = async (page: Page, play: string) => {
  const [, , code, , number] = play.split('/')
  return (await (await page.request.get(`/api/v1/competitions/${code}/plays/${number}`)).json()).sheet
}
const saved = (page: Page) => expect(page.locator('.saved')).toHaveText(/^已保存 /)
const next = (page: Page) => page.getByRole('button', { name: '下一题' }).click()
const choose = async (page: Page, place: number) => {
  await page.locator('.option').nth(place).click()
  await expect(page.locator('.option').nth(place)).toHaveClass(/chosen/)
}

test('a phone joins, loses the network, opens a second tab, and finds its rank', async ({ browser }) => {
  const page = await newPage(browser, server, PHONE)
  await join(page)
  await fits(page)
  const { play, count } = await start(page)
  await awake(page)
  await fits(page)

  await choose(page, 0)
  await saved(page)
  await next(page)
  await page.context().setOffline(true)
  await choose(page, 1)
  await expect(page.locator('.saved')).toHaveText(/^网络断了，1 次作答先存在本机/)
  // The way out leads nowhere while answers wait here.
  await page.getByRole('link', { name: '答题卡' }).click()
  await page.getByRole('button', { name: '检查并交卷' }).first().click()
  await expect(page).toHaveURL(new RegExp(play))
  await page.context().setOffline(false)
  await saved(page)
  expect((await sheetOf(page, play)).version).toBe(2)

  // A second tab goes on; the first one stores nothing any more and says so.
  const tab = await page.context().newPage()
  await tab.goto(play)
  await awake(tab)
  await expect(tab.locator('.cell.done')).toHaveCount(2)
  await choose(tab, 0)
  await saved(tab)
  await page.goto(`${play}?q=1`)
  await awake(page)
  await tab.goto(`${play}?q=1`)
  await awake(tab)
  await choose(tab, 1)
  await saved(tab)
  await page.locator('.flag').click()
  await expect(page.locator('.saved')).toHaveText(/^您在另一个页面或设备上作答过/)

  // The first three are answered.
  for (let number = 3; number < count; number++) {
    await tab.goto(`${play}?q=${number + 1}`)
    await awake(tab)
    await choose(tab, 0)
    await saved(tab)
  }
  await tab.goto(`${play}/check`)
  await fits(tab)
  await submit(tab, `${play}/hand-in`)
  if (!tab.url().endsWith('/result')) {
    // All has to be right here: the questions that are not are named, and the attempt can be ended.
    await expect(tab.getByText('不对，请再答')).toBeVisible()
    await tab.goto(`${play}/check`)
    await tab.getByRole('button', { name: '不再答，结束这一次' }).click()
  }
  await expect(tab).toHaveURL(`${play}/result`)
  await expect(tab.getByRole('heading', { level: 1 })).toHaveText(/分，答对 \d+ 题$/)
  await fits(tab)
  await tab.goto(`${contest}/me`)
  await fits(tab)
  await tab.goto(`${contest}/board`)
  await expect(tab.getByRole('heading', { level: 1 })).toHaveText('个人榜')
  if (await tab.getByText(/^您在第 \d+ 名/).count()) {
    const there = tab.getByRole('link', { name: '到那一页' })
    if (await there.count()) await there.click()
    await expect(tab.locator('tr.own')).toHaveCount(1)
  }

  // What was given stays: the first tab, loaded anew, shows the result.
  await page.goto(play)
  await expect(page).toHaveURL(`${play}/result`)
  await page.context().close()
})

test('another device goes on by the link, in English', async ({ browser }) => {
  const page = await newPage(browser, server, { ...PHONE, locale: 'en-GB' })
  await join(page, true)
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('My competition')
  await page.getByText('Continue on another device').click()
  const link = (await page.locator('.code a').getAttribute('href'))!
  const { play } = await start(page)

  const other = await newPage(browser, server, { ...PHONE, locale: 'en-GB' })
  await other.goto(link)
  await submit(other, `${contest}/enter/`)
  await other.getByRole('link', { name: 'Go on with your attempt' }).click()
  await expect(other).toHaveURL(play)
  await fits(other)
  await other.goto(link.slice(0, -4))
  await expect(other.getByRole('alert')).toHaveText(/^This link for another device is not whole/)
  await page.context().close()
  await other.context().close()
})

test('without scripts', async ({ browser }) => {
  const page = await newPage(browser, server, { ...PHONE, javaScriptEnabled: false })
  await join(page)
  const { play } = await start(page)
  await page.locator('.option').nth(1).click()
  await page.getByRole('button', { name: '下一题' }).click()
  await page.getByRole('button', { name: '上一题' }).click()
  await expect(page.locator('.option').nth(1).locator('input')).toBeChecked()
  await page.goto(`${play}/check`)
  await expect(page.getByText(/^还有 \d+ 题没有作答/)).toBeVisible()
  await submit(page, `${play}/hand-in`)
  await expect(page).toHaveURL(/\/result$|wrong=/)
})
