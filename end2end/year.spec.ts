// A year of one bureau: roster, exemption with its document, main round with a power cut, make-up round, an objection that is
// upheld, an event recorded from a phone, the year closed, the key corrected after a preview, the figures before and after, a
// certificate checked by its QR code, and the second edition of the year.
import { expect, test, type Browser, type Page } from '@playwright/test'
import { DEMO_FILES, STAFF, rosterCsv } from './helper/content.ts'
import { HttpCandidate, inParallel } from './helper/crowd.ts'
import { questionsOf, readKeys, rightPlaces, wrongPlaces, type Keys, type Question } from './helper/paper.ts'
import { scan } from './helper/scan.ts'
import { startServer, type Server } from './helper/server.ts'
import { awake, beijing, csv, linkList, newPage, preview, setUp, submit, useLink } from './helper/steps.ts'

const TITLE = '二〇二六年度学法考试'
const BANK = '年度题库'
/** Twelve persons: one is exempted, two come to the make-up round, one objects. */
const [EXEMPTED, ABSENT, FAILING, OBJECTING, ...CROWD] = STAFF.slice(0, 12)
const SECOND = 'second-administrator'

let server: Server
test.beforeAll(async ({}, info) => void (server = await startServer(info.project.name)))
test.afterAll(() => server?.stop())

test('a year of one bureau', async ({ browser }) => {
  test.setTimeout(600_000)
  const admin = await newPage(browser, server)
  const second = await newPage(browser, server)
  await useLink(admin, server.adminLink)
  const bank = await test.step('roster and bank', () => fill(admin))
  await test.step('a second administrator', () => secondAdministrator(admin, second))
  const closes = beijing(3)
  const exam = await test.step('exam', () => publish(admin, closes))
  await test.step('exemption with its document', () => exempt(admin, second))
  await admin.goto(`/admin${exam}`)
  await submit(admin, `/admin${exam}/open`)
  const keys = await readKeys(admin, bank)
  const links = await linkList(admin)
  const open = async (person: { number: string }) => {
    const page = await newPage(browser, server)
    await useLink(page, links.get(person.number)!)
    return page
  }

  await test.step('main round', async () => {
    await inParallel(4, CROWD, (person) => sit(links.get(person.number)!, exam, keys, 5))
    await sit(links.get(FAILING.number)!, exam, keys, 1)
  })
  const objecting = await open(OBJECTING)
  const attempt = await test.step('a power cut while somebody sits', () => sitThroughPowerCut(objecting, keys))
  await test.step('the outage is known', async () => {
    await admin.goto(`/admin${exam}/live`)
    await expect(admin.getByText(/服务中断.+已给 1 份正在作答的试卷补时/)).toBeVisible()
  })
  expect(counts(exam)).toEqual({ registered: 12, exempted: 1, due: 11, sat: 10, absent: 1, passed: 8 })

  await test.step('make-up round', async () => {
    await makeUp(admin, exam, closes)
    const absent = await open(ABSENT)
    await absent.goto(exam)
    await expect(absent.getByText(/^补考还没有开放|^主考进行中/)).toBeVisible()
    const isOpen = async () => {
      await absent.goto(exam)
      return absent.getByText(/^补考进行中/).isVisible()
    }
    await expect.poll(isOpen, { timeout: 200_000, intervals: [2000] }).toBe(true)
    await sitInBrowser(absent, keys, [true, true, true, true, true])
    await expect(absent.getByRole('heading', { level: 1 })).toHaveText('合格，5 分')
    const failing = new HttpCandidate(server.url)
    await failing.signIn(FAILING.number)
    const again = await failing.start(exam)
    await failing.answer(again, keys, 5)
    await failing.handIn(again)
  })
  expect(counts(exam)).toEqual({ registered: 12, exempted: 1, due: 11, sat: 11, absent: 0, passed: 10 })

  const objection = await test.step('an objection is upheld', () => object(objecting, admin, attempt))
  await test.step('an event is recorded from a phone, with a picture', () => record(browser, admin))
  await test.step('the year is closed', () => close(admin))
  const before = counts(exam)
  await test.step('the key is corrected', () => correct(admin, second, objection))
  await test.step('figures before and after', async () => {
    expect(counts(exam)).toEqual({ ...before, passed: before.passed + 1 })
    await admin.goto(`/admin${exam}/figures`)
    await expect(admin.locator('.rates .soft').first()).toHaveText('11 ÷ 11')
    await objecting.goto(`${attempt}/result`)
    await expect(objecting.getByRole('heading', { level: 1 })).toHaveText('合格，4 分')
  })
  await test.step('a certificate is checked by its QR code', async () => {
    await admin.goto(`/admin${exam}/certificates`)
    await submit(admin, `/admin${exam}/certificates`)
    await objecting.goto('/me')
    await objecting.locator('a[href^="/certificates/"]').first().click()
    const link = await scan(objecting.locator('svg.qr'))
    const anybody = await newPage(browser, server)
    await anybody.goto(link)
    await expect(anybody.getByText(TITLE)).toBeVisible()
    await expect(anybody.locator('main')).toContainText('有效')
    await expect(anybody.locator('main')).not.toContainText(OBJECTING.name)
  })
  await test.step('the correction gives edition 2, and edition 1 stays', () => renew(admin))
  await test.step('everything recomputes', async () => {
    // It ends with an error where anything differs.
    const report = server.run('verify')
    expect(report).toContain('答卷 12 份')
    expect(report).toContain('0 处不一致')
  })
})

/** Imports roster and questions; gives the path of the bank. */
async function fill(admin: Page): Promise<string> {
  await preview(admin, '/admin/people', csv('花名册.csv', rosterCsv(STAFF.slice(0, 12))))
  await submit(admin, '/admin/people/import')
  for (const file of DEMO_FILES) {
    await preview(admin, '/admin/banks', file)
    await admin.locator('#bank').fill(BANK)
    await submit(admin, '/admin/banks/import')
  }
  await admin.goto('/admin/banks')
  return (await admin.getByRole('link', { name: BANK }).getAttribute('href'))!
}

async function secondAdministrator(admin: Page, second: Page) {
  await admin.goto('/admin/roles')
  await admin.locator('#new-name').fill(SECOND)
  await submit(admin, '/admin/accounts')
  const link = new URL((await admin.locator('p.card').textContent())!.trim()).pathname
  await admin.goto('/admin/roles')
  await admin.locator('#name').fill(SECOND)
  await admin.locator('#role').selectOption('exam_administrator')
  await submit(admin, '/admin/roles/grant')
  await useLink(second, link)
}

/** Five questions of one point each, four to pass; gives the exam's path for candidates. */
async function publish(admin: Page, closes: string): Promise<string> {
  await admin.goto('/admin/exams/new')
  const counts = { single_count: '2', multiple_count: '2', true_false_count: '1' }
  const points = { single_points: '1', multiple_points: '1', true_false_points: '1' }
  await setUp(admin, { title: TITLE, minutes: '10', pass_mark: '4', closes_at: closes, ...counts, ...points })
  const path = new URL(admin.url()).pathname
  await submit(admin, `${path}/publish`)
  return path.replace('/admin', '')
}

async function exempt(admin: Page, second: Page) {
  await admin.goto(`/admin/people?words=${EXEMPTED.number}`)
  await admin.locator('tbody a').first().click()
  const request = admin.locator('form[action$="/exemptions"]')
  await request.locator('[name=kind]').selectOption('exemption')
  await request.locator('[name=request_ground]').selectOption('long_sick_leave')
  const document = { name: '请假审批表.pdf', mimeType: 'application/pdf', buffer: Buffer.from('%PDF-1.4 请假') }
  await admin.locator('#request-file').setInputFiles(document)
  await submit(admin, (await request.getAttribute('action'))!)
  await second.goto('/admin/exemptions')
  await second.getByRole('link', { name: EXEMPTED.name }).click()
  await expect(second.getByText('请假审批表.pdf')).toBeVisible()
  const reason = second.locator('[name=reason]')
  await reason.fill('长期病假，材料齐全')
  await second.getByRole('button', { name: '批准', exact: true }).click()
  await expect(second.getByText('已批准').first()).toBeVisible()
}

/** A whole sitting over HTTP with so many right answers. */
async function sit(link: string, exam: string, keys: Keys, right: number) {
  const candidate = new HttpCandidate(server.url)
  await candidate.useLink(link)
  const attempt = await candidate.start(exam)
  await candidate.answer(attempt, keys, right)
  await candidate.handIn(attempt)
}

async function start(page: Page): Promise<Question[]> {
  await page.goto('/')
  await submit(page, '/exams/')
  await awake(page)
  return questionsOf(await page.content())
}

const saved = (page: Page) => expect(page.locator('.saved')).toHaveText(/^已保存 /, { timeout: 30_000 })

async function answer(page: Page, keys: Keys, question: Question, right: boolean) {
  await expect(page.locator('.stem')).toHaveText(question.stem)
  for (const place of right ? rightPlaces(keys, question) : wrongPlaces(keys, question)) {
    await page.locator('.option').nth(place).click()
  }
}

async function handIn(page: Page) {
  await page.getByRole('button', { name: '检查并交卷' }).first().click()
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('检查并交卷')
  await submit(page, '/attempts/')
}

async function sitInBrowser(page: Page, keys: Keys, right: boolean[]) {
  const questions = await start(page)
  for (const [place, question] of questions.entries()) {
    await answer(page, keys, question, right[place])
    await saved(page)
    if (place + 1 < questions.length) await page.getByRole('button', { name: '下一题' }).click()
  }
  await handIn(page)
}

/** Three right answers, two of them given while the server is down; gives the path of the attempt. */
async function sitThroughPowerCut(page: Page, keys: Keys): Promise<string> {
  const questions = await start(page)
  const attempt = new URL(page.url()).pathname
  const next = () => page.getByRole('button', { name: '下一题' }).click()
  await answer(page, keys, questions[0], true)
  await saved(page)
  const deadline = async () => (await (await page.request.get(`/api/v1${attempt}`)).json()).deadline
  const before = await deadline()
  const back = server.cutPower(8)
  for (const question of questions.slice(1, 3)) {
    await next()
    await answer(page, keys, question, true)
  }
  await back
  await saved(page)
  for (const question of questions.slice(3)) {
    await next()
    await answer(page, keys, question, false)
    await saved(page)
  }
  await expect.poll(deadline, { timeout: 30_000 }).not.toBe(before)
  await handIn(page)
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('不合格，3 分')
  return attempt
}

async function makeUp(admin: Page, exam: string, closes: string) {
  await admin.goto(`/admin${exam}`)
  await admin.getByText('添加补考').first().click()
  await admin.locator('#round-opens_at').fill(closes)
  await admin.locator('#round-closes_at').fill(beijing(40))
  await submit(admin, `/admin${exam}/rounds`)
}

/** The last question is objected to and the objection upheld; gives the path of the objection. */
async function object(candidate: Page, admin: Page, attempt: string): Promise<string> {
  await candidate.goto(`${attempt}/objection`)
  await candidate.locator('#item').selectOption('5')
  await candidate.locator('#body').fill('题目的说法与条文不一致，请复核。')
  await submit(candidate, `${attempt}/objection`)
  await admin.goto('/admin/objections')
  await admin.locator('tbody a').first().click()
  await admin.locator('#reason').fill('题干确有歧义。')
  await admin.getByRole('button', { name: '异议成立' }).click()
  await expect(admin.getByRole('link', { name: '更正这道题' })).toBeVisible()
  await candidate.goto('/notices')
  await expect(candidate.getByText('您的异议已有结论')).toBeVisible()
  return new URL(admin.url()).pathname
}

async function correct(admin: Page, second: Page, objection: string) {
  await admin.goto(objection)
  await admin.getByRole('link', { name: '更正这道题' }).click()
  await admin.locator('#method').selectOption('full_credit')
  await admin.getByRole('button', { name: '试算' }).click()
  await expect(admin.getByText('不合格变合格').first()).toBeVisible()
  await admin.locator('#reason').fill('题干有歧义，全部给分。')
  await admin.getByRole('button', { name: '提出，等待另一名管理员批准' }).click()
  await expect(admin).toHaveURL(/\/admin\/key-corrections\//)
  await second.goto(new URL(admin.url()).pathname)
  await second.getByRole('button', { name: '批准并生效' }).click()
  await expect(second.getByText('已生效').first()).toBeVisible()
}

const YEAR = new Date().getFullYear()
/** The smallest picture there is: one dot. */
const PICTURE = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
)

async function record(browser: Browser, admin: Page) {
  await admin.goto('/admin/activities')
  await submit(admin, '/admin/years')
  const storageState = await admin.context().storageState()
  const phone = await newPage(browser, server, { viewport: { width: 360, height: 640 }, storageState })
  await phone.goto('/admin/activities')
  await phone.getByRole('link', { name: '登记活动' }).click()
  await phone.locator('#activity-title').fill('宪法宣传周进社区')
  await phone.locator('#activity-audience').fill('120')
  await phone.locator('#file').setInputFiles({ name: '现场.png', mimeType: 'image/png', buffer: PICTURE })
  await submit(phone, '/admin/activities')
  await expect(phone.getByRole('heading', { level: 1 })).toHaveText('宪法宣传周进社区')
  const picture = phone.locator('img.evidence')
  await expect.poll(() => picture.evaluate((image: HTMLImageElement) => image.naturalWidth)).toBe(1)
  expect(await phone.evaluate(() => document.scrollingElement!.scrollWidth)).toBeLessThanOrEqual(360)
  await phone.context().close()
}

async function close(admin: Page) {
  await admin.goto(`/admin/years/${YEAR}`)
  await expect(admin.locator('main')).toContainText('开展各类普法宣教活动1次')
  await admin.locator('[name=sure]').check()
  await submit(admin, `/admin/years/${YEAR}/close`)
  await expect(admin.getByRole('button', { name: '封账' })).toHaveCount(0)
  await admin.goto('/admin/activities/new')
  await admin.locator('#activity-title').fill('迟到的活动')
  await admin.getByRole('button', { name: '保存' }).click()
  await expect(admin.getByText(`${YEAR} 年度已经封账`)).toBeVisible()
  expect(server.run('verify', '--year', `${YEAR}`)).toContain('0 处不一致')
}

async function renew(admin: Page) {
  await admin.goto(`/admin/years/${YEAR}`)
  await expect(admin.getByText('最新版次之后有明细变动')).toBeVisible()
  const digest = () => admin.locator('main tr td.code').first().textContent()
  const first = await digest()
  await admin.locator('#edition-reason').fill('一道题更正后重新计分')
  await submit(admin, `/admin/years/${YEAR}/editions`)
  expect(await digest()).toBe(first)
  await admin.getByRole('link', { name: '第 2 版，与前一版次的差异' }).click()
  const difference = admin.getByRole('group', { name: '与前一版次不同的数据' })
  await expect(difference.getByRole('row', { name: /^合格人数/ })).toContainText(/10\s*11/)
  expect(server.run('verify', '--year', `${YEAR}`)).toContain('0 处不一致')
}

const COUNTS = ['registered', 'exempted', 'due', 'sat', 'absent', 'passed']

/** The counts of the exam, as the program prints them. */
function counts(exam: string): Record<string, number> {
  const figures: { id: string; value: number }[] = JSON.parse(
    server.run('figures', '--exam', exam.split('/').pop()!, '--json'),
  )
  return Object.fromEntries(COUNTS.map((id) => [id, figures.find((figure) => figure.id === id)!.value]))
}
