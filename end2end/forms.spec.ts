// Questions beyond choice in a browser: filled in before the page wakes up, with keys and buttons, found again after a reload; and one
// more answer that was right all the time.
import { expect, test, type Page } from '@playwright/test'
import { Inspector } from './helper/inspect.ts'
import { startServer, type Server } from './helper/server.ts'
import { awake, csv, newPage, setUp, submit, useLink } from './helper/steps.ts'

const ROWS = [
  ['填空', '期限为_____，应当_____告知', '三十日；书面'],
  ['数值', '罚款上限是多少？', '30000 ± 500\n单位：元'],
  ['连线', '连一连', '拘役 = 刑事措施\n罚款 = 行政措施\n= 纪律措施'],
  ['排序', '排一排', '立案\n调查\n决定'],
  ['案例', '某局对某公司作出处罚。', '【多选题】\n谁可以申请复议？\n答：\n* 某公司\n- 某局\n* 某人\n【简答题】\n理由是什么？\n答：\n参考答案：\n说明理由'],
]
const quoted = (text: string) => `"${text.replaceAll('"', '""')}"`
const FILE = ['题型,题目,答案', ...ROWS.map((row) => row.map(quoted).join(','))].join('\n')

let server: Server
let admin: Page
let exam: string
test.beforeAll(async ({ browser }, info) => {
  server = await startServer(info.project.name, '--demo')
  admin = await newPage(browser, server)
  await useLink(admin, server.adminLink)
  await admin.goto('/admin/banks')
  await admin.locator('#file').setInputFiles(csv('各种题型.csv', Buffer.from(FILE)))
  await submit(admin, '/admin/banks/import')
  await submit(admin, '/admin/banks/import/')
  await admin.goto('/admin/exams/new')
  const none = { single_count: '0', multiple_count: '0', true_false_count: '0' }
  const one = { fill_blank_count: '1', numeric_count: '1', matching_count: '1', ordering_count: '1', case_count: '1' }
  const bank = await admin.locator('select[name=bank] option', { hasText: '各种题型' }).getAttribute('value')
  await setUp(admin, { title: '各种题型', bank: bank!, pass_mark: '1', ...none, ...one })
  const path = new URL(admin.url()).pathname
  await submit(admin, `${path}/publish`)
  await submit(admin, `${path}/open`)
  exam = path.replace('/admin', '')
})
test.afterAll(() => server?.stop())

const press = (page: Page, name: string) => page.getByRole('button', { name, exact: true }).click()
const saved = (page: Page) => expect(page.locator('.saved')).toHaveText(/^已保存/)

/** Turns to the question whose text begins like this. */
async function turn(page: Page, text: string) {
  for (let number = 1; number <= ROWS.length; number++) {
    await page.locator(`.cell[value="${number}"]`).click()
    await expect(page.locator('.sit-top')).toContainText(`第 ${number} 题`)
    if ((await page.locator('#stem').textContent())!.startsWith(text)) return
  }
  throw new Error(`no question begins with ${text}`)
}

test('every form is filled in, kept and found again', async ({ browser }) => {
  const page = await newPage(browser, server, { viewport: { width: 1280, height: 800 } })
  await useLink(page, server.linkFor('20230001'))
  await page.goto(exam)
  await submit(page, exam)
  await awake(page)
  const sheet = page.url()

  await turn(page, '期限为')
  await page.locator('#text0').fill('30日')
  await page.locator('#text1').pressSequentially('书面')
  await turn(page, '罚款上限')
  await page.locator('#text0').fill('3万')
  await expect(page.getByText('元', { exact: true })).toBeVisible()
  await turn(page, '连一连')
  await page.getByLabel('拘役').selectOption({ label: '刑事措施' })
  await page.getByLabel('罚款').selectOption({ label: '行政措施' })

  await turn(page, '排一排')
  const line = page.locator('[data-order]')
  await expect(line).toHaveText('还没有排。')
  await page.getByRole('button', { name: '推后：立案' }).press('Enter')
  await page.getByRole('button', { name: '推后：调查' }).press('Enter')
  await page.getByLabel('决定', { exact: true }).selectOption('3')
  await expect(line).toHaveText('现在的顺序：1 立案 → 2 调查 → 3 决定')
  await page.getByRole('button', { name: '提前：决定' }).press('Enter')
  await expect(line).toHaveText('现在的顺序：1 立案 → 2 决定 → 3 调查')
  await page.getByLabel('立案', { exact: true }).selectOption('3')
  await expect(line).toHaveText('现在的顺序：1 调查 → 2 决定 → 3 立案')

  await turn(page, '某局')
  await page.locator('label.option', { hasText: '某人' }).click()
  await page.locator('label.option', { hasText: '某公司' }).click()
  await expect(page.locator('label.option.chosen')).toHaveCount(2)
  await page.locator('textarea').fill('说了理由\n还有一行')
  await expect(page.getByText('已写 9 字')).toBeVisible()
  await saved(page)

  const look = async () => {
    await expect(page.locator('.answer-card')).toContainText('已答 5')
    await turn(page, '期限为')
    await expect(page.locator('#text0')).toHaveValue('30日')
    await expect(page.locator('#text1')).toHaveValue('书面')
    await turn(page, '连一连')
    await expect(page.getByLabel('拘役').locator('option:checked')).toHaveText('刑事措施')
    await turn(page, '排一排')
    await expect(line).toHaveText('现在的顺序：1 调查 → 2 决定 → 3 立案')
    await turn(page, '某局')
    await expect(page.locator('label.option.chosen')).toHaveText([/某公司/, /某人/])
    await expect(page.locator('textarea')).toHaveValue('说了理由\n还有一行')
  }
  await look()
  await page.goto(sheet)
  await awake(page)
  await look()
})

test('what was written before the page woke up is saved', async ({ browser }) => {
  const page = await newPage(browser, server)
  await useLink(page, server.linkFor('20230002'))
  let wake = () => {}
  const asleep = new Promise<void>((done) => (wake = done))
  await page.route('**/*.wasm', async (route) => {
    await asleep
    await route.continue()
  })
  await page.goto(exam)
  await submit(page, exam)
  const first = new URL(page.url()).pathname
  await page.goto(`${first}?q=1`)
  const input = page.locator('#fields input[type=text], #fields textarea, #fields select').first()
  const typed = (await input.evaluate((element) => element.tagName)) !== 'SELECT'
  await (typed ? input.fill('7') : input.selectOption({ index: 1 }))
  wake()
  await awake(page)
  await saved(page)
  const again = await newPage(browser, server, { storageState: await page.context().storageState() })
  await again.goto(page.url())
  await expect(again.locator('#fields input[type=text], #fields textarea, #fields select').first()).toHaveValue(typed ? '7' : '1')
})

test('an answer that nobody thought of is tried, accepted by two persons, and counts', async ({ browser }) => {
  const candidate = await newPage(browser, server)
  await useLink(candidate, server.linkFor('20230003'))
  await candidate.goto(exam)
  await submit(candidate, exam)
  await awake(candidate)
  await turn(candidate, '期限为')
  await candidate.locator('#text0').fill('一个月')
  await candidate.locator('#text1').fill('书面')
  await saved(candidate)
  await press(candidate, '检查并交卷')
  await submit(candidate, '/attempts/')
  await expect(candidate).toHaveURL(/\/result$/)
  const score = () => candidate.locator('main').textContent()
  const before = await score()

  await admin.goto(`/admin${exam}/keys`)
  await admin.getByRole('link', { name: /^期限为/ }).click()
  const subject = admin.url()
  const type = async (text: string) => {
    await admin.goto(subject)
    await admin.locator('#method').selectOption('either_key')
    await expect(admin.locator('#answers')).toHaveValue('三十日\n书面')
    await admin.locator('#answers').fill(text)
    await press(admin, '试算')
  }
  // A blank too few: what was typed stays, and nothing is tried.
  await type('三十日 | 一个月')
  await expect(admin.getByRole('alert')).toBeVisible()
  await expect(admin.locator('#answers')).toHaveValue('三十日 | 一个月')
  await expect(admin.getByText('二、会有什么变化')).toHaveCount(0)

  const wider = '三十日 | 一个月\n书面'
  await type(wider)
  await expect(admin.getByRole('row', { name: /^分数提高的答卷/ })).toContainText('1')
  const person = await admin.getByRole('row', { name: /^20230003/ }).locator('th, td').allTextContents()
  const bureau = person[2].split(' / ')[0]
  const content = ['各种题型', ...ROWS.flat(), '一个月', '三十日', '书面', ...person, bureau]
  await new Inspector(admin, server.url, content).look('new-answers', async () => {
    await admin.goto(subject)
    await admin.locator('#method').selectOption('either_key')
    await admin.locator('#answers').fill(wider)
    await admin.locator('main form').first().getByRole('button').click()
    await expect(admin.locator('#reason')).toBeVisible()
  })
  await admin.context().addCookies([{ name: 'lang', value: 'zh', url: server.url }])
  await admin.setViewportSize({ width: 1280, height: 800 })
  await type(wider)
  await admin.locator('#reason').fill('一个月也是三十日，应当给分。')
  await press(admin, '提出，等待另一名管理员批准')
  await expect(admin).toHaveURL(/\/admin\/key-corrections\//)
  const proposal = new URL(admin.url()).pathname
  await expect(admin.getByText('一个月').first()).toBeVisible()

  await admin.goto('/admin/roles')
  const grant = admin.locator('form[action="/admin/roles/grant"]')
  await grant.locator('[name=name]').fill('20230011')
  await grant.locator('[name=role]').selectOption('exam_administrator')
  await submit(admin, '/admin/roles/grant')
  const second = await newPage(browser, server)
  await useLink(second, server.linkFor('20230011'))
  await second.goto(proposal)
  await press(second, '批准并生效')
  await expect(second.getByText('已生效').first()).toBeVisible()
  await candidate.reload()
  expect(await score()).not.toBe(before)
})
