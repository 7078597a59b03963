// The yearly exam of a bureau from an empty site to the sentence in the report: 138 people, three of them in a browser.
import { expect, test, type Page } from '@playwright/test'
import { BUREAU, DEMO_FILES, STAFF, rosterCsv, sharedFile } from './helper/content.ts'
import { HttpCandidate, inParallel } from './helper/crowd.ts'
import { bits, questionsOf, readKeys, rightPlaces, wrongPlaces, type Keys, type Question } from './helper/paper.ts'
import { startServer, type Server } from './helper/server.ts'
import { awake, beijing, csv, linkList, newPage, preview, setUp, signIn, submit, useLink } from './helper/steps.ts'

const TITLE = '年度国家工作人员学法考试'
const BANK = '安全负责人题库'
const SENTENCE =
  '组织138名国家工作人员参加学法考法培训活动，考法通过率100%。应考138人、实考138人、合格138人。'
const [OFFLINE, TWO_DEVICES, OUT_OF_TIME, ...CROWD] = STAFF
/** Points by question as the Jining rules have them. */
const POINT = 100

let server: Server
test.beforeAll(async ({}, info) => void (server = await startServer(info.project.name)))
test.afterAll(() => server?.stop())

test('138 people sit the exam', async ({ browser }) => {
  test.setTimeout(600_000)
  const admin = await newPage(browser, server)
  await useLink(admin, server.adminLink)
  await test.step('roster', () => importRoster(admin))
  const bank = await test.step('bank', () => importBank(admin))
  const exam = await test.step('exam', () => openExam(admin))
  const keys = await readKeys(admin, bank)
  const links = await linkList(admin)
  expect(links.size).toBe(138)
  const open = async (person: { number: string }) => {
    const page = await newPage(browser, server)
    await useLink(page, links.get(person.number)!)
    return page
  }

  const late = await test.step('starts and closes the browser', async () => runOutOfTime(await open(OUT_OF_TIME), keys))
  await test.step('loses the network', async () => loseNetwork(await open(OFFLINE), keys))
  await test.step('changes the device', async () =>
    changeDevice(await open(TWO_DEVICES), await newPage(browser, server), keys),
  )
  const points = await test.step('135 over HTTP', () =>
    inParallel(10, CROWD, (person, place) => sitOverHttp(links.get(person.number)!, exam, keys, place)),
  )
  await test.step('time runs out', async () => {
    const sat = () => figuresOf(exam).find((figure) => figure.id === 'sat')!.value
    await expect.poll(sat, { timeout: 150_000, intervals: [1000] }).toBe(138)
    const page = await newPage(browser, server)
    await signIn(page, OUT_OF_TIME.number)
    await page.goto(late)
    await expect(page).toHaveURL(`${late}/result`)
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('合格，2 分')
    await expect(page.getByRole('row', { name: '交卷方式' })).toContainText('到时间自动交卷')
    await expect(page.getByRole('row', { name: '用时' })).toContainText('2 分 00 秒')
  })
  const total = points.reduce((sum, score) => sum + score, 0) + (8 + 4 + 2) * POINT
  await test.step('figures', () => checkFigures(admin, exam, total))
})

async function importRoster(admin: Page) {
  const roster = csv('花名册.csv', rosterCsv(STAFF, [`20269999,,${BUREAU}/办公室,其他,公务员`]))
  await preview(admin, '/admin/people', roster)
  await expect(admin.locator('.figure b')).toHaveText(['138', '0', '0', '0', '1'])
  const refused = admin.locator('section', { has: admin.getByRole('heading', { name: /^拒绝的行/ }) })
  await expect(refused.getByRole('row').nth(1)).toContainText('140')
  await expect(refused.getByRole('row').nth(1)).toContainText('姓名')
  await submit(admin, '/admin/people/import')
  await expect(admin.getByRole('heading', { level: 1 })).toHaveText('花名册已导入')
  await admin.goto('/admin/people')
  await expect(admin.getByText('138 人，16 个单位')).toBeVisible()
}

/** Imports a real bank where there is one, else that of the demonstration; gives its path. */
async function importBank(admin: Page): Promise<string> {
  const real = sharedFile('一般企业安全负责人.xlsx')
  if (!real) console.log('without ../shared/data: the exam takes the questions of the demonstration')
  for (const file of real ? [real] : DEMO_FILES) {
    await preview(admin, '/admin/banks', file)
    await expect(admin.getByRole('heading', { level: 1 })).toHaveText('题目预览')
    await admin.locator('#bank').fill(BANK)
    await submit(admin, '/admin/banks/import')
    await expect(admin.getByRole('heading', { level: 1 })).toHaveText('题目已导入')
  }
  await admin.goto('/admin/banks')
  return (await admin.getByRole('link', { name: BANK }).getAttribute('href'))!
}

/** Sets the exam up, is refused for want of questions, corrects it, opens it; gives its path for candidates. */
async function openExam(admin: Page): Promise<string> {
  await admin.goto('/admin/exams/new')
  await setUp(admin, { title: TITLE, minutes: '2', pass_mark: '1', multiple_count: '70', closes_at: beijing(60) })
  const path = new URL(admin.url()).pathname
  await submit(admin, `${path}/publish`)
  const refusal = await admin.getByRole('alert').innerText()
  const [, ready, missing] = refusal.match(/多选题要 70 题，题库可用 (\d+) 题，差 (\d+) 题/) ?? []
  expect(Number(ready) + Number(missing), refusal).toBe(70)
  await admin.goto(`${path}/edit`)
  await setUp(admin, { multiple_count: '20' })
  await expect(admin.getByText('2 分钟，80 题，满分 100 分，1 分合格')).toBeVisible()
  await submit(admin, `${path}/publish`)
  await expect(admin.getByText('现在在册 138 人')).toBeVisible()
  await submit(admin, `${path}/open`)
  await expect(admin.getByRole('heading', { name: '已开考' })).toBeVisible()
  return path.replace('/admin', '')
}

/** Goes from the first page to the answer sheet; gives the path of the attempt and its questions. */
async function start(page: Page): Promise<{ attempt: string; questions: Question[] }> {
  await page.goto('/')
  await submit(page, '/exams/')
  const attempt = new URL(page.url()).pathname
  expect(attempt).toMatch(/^\/attempts\//)
  await awake(page)
  return { attempt, questions: questionsOf(await page.content()) }
}

/** Answers the question in view, and leaves it in view. */
async function choose(page: Page, places: number[]) {
  await expect(page.locator('.option input:checked')).toHaveCount(await page.locator('.option.chosen').count())
  for (const place of places) {
    await page.locator('.option').nth(place).click()
    await expect(page.locator('.option').nth(place)).toHaveClass(/chosen/)
  }
}

const next = (page: Page) => page.getByRole('button', { name: '下一题' }).click()
const saved = (page: Page) => expect(page.locator('.saved')).toHaveText(/^已保存 /)

/** What the server has. */
async function sheetOf(page: Page, attempt: string): Promise<{ version: number; answers: { choice: number }[] }> {
  return (await (await page.request.get(`/api/v1${attempt}`)).json()).sheet
}

async function handIn(page: Page, open: number) {
  await page.getByRole('button', { name: '检查并交卷' }).click()
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('检查并交卷')
  await expect(page.getByText(`还有 ${open} 题没有作答`)).toBeVisible()
  await submit(page, '/attempts/')
  await expect(page).toHaveURL(/\/result$/)
}

async function loseNetwork(page: Page, keys: Keys) {
  const { attempt, questions } = await start(page)
  const versions: number[] = []
  page.on('requestfinished', (request) => {
    if (!request.url().endsWith('/answers')) return
    versions.push(...request.postDataJSON().events.map((event: { version: number }) => event.version))
  })
  for (const question of questions.slice(0, 3)) {
    await choose(page, rightPlaces(keys, question))
    await saved(page)
    await next(page)
  }
  await page.context().setOffline(true)
  for (const question of questions.slice(3, 8)) {
    await choose(page, rightPlaces(keys, question))
    await next(page)
  }
  await page.getByRole('button', { name: '上一题' }).click()
  await choose(page, wrongPlaces(keys, questions[7]))
  await choose(page, rightPlaces(keys, questions[7]))
  await expect(page.locator('.saved')).toHaveText('网络断了，7 次作答先存在本机，连上后自动送出')
  // The way out leads nowhere while answers wait here.
  await page.getByRole('button', { name: '检查并交卷' }).click()
  await expect(page).toHaveURL(new RegExp(attempt))
  await page.context().setOffline(false)
  await saved(page)
  const sheet = await sheetOf(page, attempt)
  expect(sheet.version).toBe(10)
  const answers = questions.slice(0, 8).map((question) => bits(rightPlaces(keys, question)))
  expect(sheet.answers.slice(0, 9).map((answer) => answer.choice)).toEqual([...answers, 0])
  expect(versions).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10])
  await handIn(page, 72)
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('合格，8 分')
  await page.context().close()
}

async function changeDevice(first: Page, second: Page, keys: Keys) {
  const { attempt, questions } = await start(first)
  for (const question of questions.slice(0, 3)) {
    await choose(first, rightPlaces(keys, question))
    await saved(first)
    await next(first)
  }
  await signIn(second, TWO_DEVICES.number)
  await second.getByRole('link', { name: '继续考试' }).click()
  await awake(second)
  await expect(second.locator('.cell.done')).toHaveText(['1', '2', '3'])
  await expect(second.locator('.stem')).toHaveText(questions[3].stem)
  const left = async (page: Page) => {
    const [minutes, seconds] = (await page.locator('.clock').innerText()).split(':').map(Number)
    return 60 * minutes + seconds
  }
  expect(Math.abs((await left(first)) - (await left(second)))).toBeLessThanOrEqual(5)
  await choose(second, rightPlaces(keys, questions[3]))
  await saved(second)

  await choose(first, wrongPlaces(keys, questions[3]))
  await expect(first.locator('.saved')).toHaveText(/^您在另一个页面或设备上作答过，本页不能再保存/)
  const sheet = await sheetOf(second, attempt)
  expect(sheet.version).toBe(4)
  expect(sheet.answers[3].choice).toBe(bits(rightPlaces(keys, questions[3])))
  await first.goto(`${attempt}?q=4`)
  await awake(first)
  await expect(first.locator('.cell.done')).toHaveText(['1', '2', '3', '4'])
  await expect(first.locator('.option').nth(rightPlaces(keys, questions[3])[0])).toHaveClass(/chosen/)
  await handIn(first, 76)
  await expect(first.getByRole('heading', { level: 1 })).toHaveText('合格，4 分')
  await first.context().close()
  await second.context().close()
}

/** Answers two questions and leaves for good; gives the path of the attempt. */
async function runOutOfTime(page: Page, keys: Keys): Promise<string> {
  const { attempt, questions } = await start(page)
  for (const question of questions.slice(0, 2)) {
    await choose(page, rightPlaces(keys, question))
    await saved(page)
    await next(page)
  }
  await page.context().close()
  return attempt
}

/** A whole sitting; gives the points that are due. */
async function sitOverHttp(link: string, exam: string, keys: Keys, place: number): Promise<number> {
  const candidate = new HttpCandidate(server.url)
  await candidate.useLink(link)
  const attempt = await candidate.start(exam)
  const points = await candidate.answer(attempt, keys, 1 + (place % 80))
  await Promise.all([candidate.handIn(attempt), candidate.handIn(attempt)])
  const result = await candidate.page(`${attempt}/result`)
  expect(result).toContain(`合格，${points / POINT} 分`)
  await candidate.handIn(attempt)
  expect(await candidate.page(`${attempt}/result`), 'handing in again changes nothing').toBe(result)
  return points
}

function figuresOf(exam: string): { id: string; value: number; numerator: number; denominator: number }[] {
  return JSON.parse(server.run('figures', '--exam', exam.split('/').pop()!, '--json'))
}

async function checkFigures(admin: Page, exam: string, points: number) {
  const average = (Math.round(points / 138) / 100).toFixed(2)
  await admin.goto(`/admin${exam}/figures`)
  await expect(admin.locator('.figure b')).toHaveText(['138', '138', '0', '138', average])
  await expect(admin.locator('.rates .big')).toHaveText(['100.00%', '100.00%', '100.00%'])
  await expect(admin.locator('.rates .soft')).toHaveText(['138 ÷ 138', '138 ÷ 138', '138 ÷ 138'])
  await expect(admin.locator('.sentence')).toHaveText(SENTENCE)
  const bureau = admin.getByRole('row', { name: BUREAU })
  await expect(bureau.getByRole('cell').filter({ hasText: /^\d+$/ })).toHaveText(['138', '138', '0', '138'])
  await expect(admin.getByRole('rowheader')).toHaveCount(16)

  const figures = Object.fromEntries(figuresOf(exam).map((figure) => [figure.id, figure]))
  for (const id of ['registered', 'due', 'sat', 'passed']) expect(figures[id], id).toMatchObject({ value: 138 })
  expect(figures.absent).toMatchObject({ value: 0 })
  for (const id of ['pass_rate_of_due', 'pass_rate_of_sat', 'exam_participation_rate']) {
    expect(figures[id], id).toMatchObject({ numerator: 138, denominator: 138 })
  }
  expect(server.run('figures', '--exam', exam.split('/').pop()!)).toContain(SENTENCE)
}
