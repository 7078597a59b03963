// Study: a question that somebody doubts is flagged, ruled on by two persons and put back, and the score of an exam goes with it; a
// course is studied from its first test to the credit that opens the exam.
import { expect, test, type Page } from '@playwright/test'
import { HttpCandidate } from './helper/crowd.ts'
import { readKeys, rightPlaces, type Keys } from './helper/paper.ts'
import { startServer, type Server } from './helper/server.ts'
import { csv, newPage, preview, setUp, signIn, submit, useLink } from './helper/steps.ts'

const PHONE = { viewport: { width: 360, height: 640 } }

/** A bank so small that every paper has all of it, and the topic of its questions. Its name comes after that of the demonstration's. */
const SMALL = '裁定用题'
const STEMS = ['由谁决定归档？', '保管期限由谁确定？', '销毁前由谁鉴定？', '借阅由谁批准？']
const ROWS = STEMS.map((stem) => `单选题,${stem},档案科,办公室,分管领导,A,示例档案办法第三条,${SMALL}`)
const FILE = ['题型,题目,选项A,选项B,选项C,答案,法律依据,知识点', ...ROWS].join('\n')

let server: Server
test.beforeAll(async ({}, info) => void (server = await startServer(info.project.name, '--demo')))
test.afterAll(() => server?.stop())

/** Nothing is wider than the phone. */
const fits = async (page: Page) =>
  expect(await page.evaluate(() => document.scrollingElement!.scrollWidth)).toBeLessThanOrEqual(page.viewportSize()!.width)

test('a flagged question is ruled on by two persons, its flagger is told, and it is undone', async ({ browser }) => {
  const admin = await newPage(browser, server)
  await useLink(admin, server.adminLink)
  const { exam, keys } = await smallExam(admin)
  const phone = await newPage(browser, server, PHONE)
  await useLink(phone, server.linkFor('20230010'))

  await phone.goto('/study')
  await fits(phone)
  await phone.locator('#topic').selectOption(SMALL)
  await submit(phone, '/study/practice')
  const stem = (await phone.locator('h2.stem').textContent())!
  await fits(phone)
  await phone.locator('.option').first().click()
  await submit(phone, '/study/runs/')
  await expect(phone.getByText('法律依据')).toBeVisible()
  await phone.getByText('这道题有问题').click()
  await phone.locator('textarea[name="reason"]').fill('法条已经修改，答案应当更正')
  await phone.getByRole('button', { name: '提出异议' }).click()
  await expect(phone).toHaveURL('/study/flags')
  await expect(phone.getByText('等待处理')).toBeVisible()
  await fits(phone)

  // Somebody else is asked it in an exam, and has it wrong as all the rest.
  const result = await sitWrongly('20230013', exam, keys)
  const candidate = await newPage(browser, server)
  await signIn(candidate, '20230013')
  const scores = async (words: string) => {
    await candidate.goto(result)
    await expect(candidate.getByRole('heading', { level: 1 })).toHaveText(words)
  }
  await scores('不合格，0 分')

  await admin.goto('/admin/disputes')
  await admin.locator('a[href^="/admin/disputes/"]').filter({ hasText: stem.slice(0, 8) }).first().click()
  await expect(admin.getByText('法条已经修改，答案应当更正')).toBeVisible()
  await admin.locator('#method').selectOption('full_credit')
  await admin.getByRole('button', { name: '试算' }).click()
  await expect(admin.getByRole('heading', { name: '二、会有什么变化' })).toBeVisible()
  // One paper has the question: its score rises, none falls.
  const foretold = admin.getByRole('group', { name: '考试', exact: true }).getByRole('row', { name: SMALL }).getByRole('cell')
  for (const [place, number] of ['1', '1', '0'].entries()) await expect(foretold.nth(place)).toHaveText(number)
  await admin.locator('#reason').fill('经核对，题干有歧义，所有人得满分')
  await admin.getByRole('button', { name: '提出，等待另一名管理员批准' }).click()
  await expect(admin).toHaveURL(/\/admin\/rulings\//)
  const ruling = new URL(admin.url()).pathname
  await expect(admin.getByText('要由提出人以外的另一名管理员批准')).toBeVisible()
  await scores('不合格，0 分')

  // A second person: one of the roster who is given the right.
  await admin.goto('/admin/roles')
  const grant = admin.locator('form[action="/admin/roles/grant"]')
  await grant.locator('[name=name]').fill('20230011')
  await grant.locator('[name=role]').selectOption('exam_administrator')
  await submit(admin, '/admin/roles/grant')
  const second = await newPage(browser, server)
  await useLink(second, server.linkFor('20230011'))
  await second.goto(ruling)
  await second.getByRole('button', { name: '批准并生效' }).click()
  await expect(async () => {
    await second.goto(ruling)
    await expect(second.getByText('已生效')).toBeVisible({ timeout: 500 })
  }).toPass()
  await scores('合格，1 分')
  await phone.goto('/study/flags')
  await expect(phone.getByText('经核对，题干有歧义，所有人得满分')).toBeVisible()
  await phone.goto('/notices')
  await expect(phone.getByText('您提出的题目异议已有结论').first()).toBeVisible()

  await second.locator('#reason').fill('裁定有误，恢复原状')
  await second.getByRole('button', { name: '撤销裁定，恢复原来的成绩' }).click()
  await expect(async () => {
    await second.goto(ruling)
    await expect(second.getByText('已撤销').first()).toBeVisible({ timeout: 500 })
  }).toPass()
  await scores('不合格，0 分')
  await phone.goto('/study/flags')
  await expect(phone.getByText('等待处理')).toBeVisible()
})

/** The small bank, open to practice, and an exam that asks all of it: a point for each question, one to pass. */
async function smallExam(admin: Page): Promise<{ exam: string; keys: Keys }> {
  await preview(admin, '/admin/banks', csv(`${SMALL}.csv`, Buffer.from(FILE)))
  await submit(admin, '/admin/banks/import/')
  await admin.goto('/admin/banks')
  const bank = (await admin.getByRole('link', { name: SMALL }).getAttribute('href'))!
  await admin.goto(bank)
  await submit(admin, `${bank}/practice`)
  const keys = await readKeys(admin, bank)
  await admin.goto('/admin/exams/new')
  const counts = { single_count: '4', single_points: '1', multiple_count: '0', true_false_count: '0' }
  await setUp(admin, { title: `${SMALL}小考`, bank: bank.split('/').pop()!, pass_mark: '1', ...counts })
  const path = new URL(admin.url()).pathname
  await submit(admin, `${path}/publish`)
  await submit(admin, `${path}/open`)
  return { exam: path.replace('/admin', ''), keys }
}

/** Somebody sits an exam without a right answer; gives the path of the result. */
async function sitWrongly(person: string, exam: string, keys: Keys): Promise<string> {
  const candidate = new HttpCandidate(server.url)
  await candidate.useLink(new URL(server.linkFor(person)).pathname)
  const attempt = await candidate.start(exam)
  await candidate.answer(attempt, keys, 0)
  await candidate.handIn(attempt)
  return `${attempt}/result`
}

test('a course is studied from its first test to the credit that opens the exam', async ({ browser }) => {
  const admin = await newPage(browser, server)
  await useLink(admin, server.linkFor('admin'))
  await admin.goto('/admin/banks')
  const bank = (await admin.locator('tbody a[href^="/admin/banks/"]').first().getAttribute('href'))!
  const keys = await readKeys(admin, bank)
  await admin.goto('/admin/exams/new')
  await setUp(admin, { title: '要求学分的考试', pass_mark: '1', credits_total: '5', single_count: '2', multiple_count: '2', true_false_count: '1' })
  const exam = new URL(admin.url()).pathname
  await submit(admin, `${exam}/publish`)
  await submit(admin, `${exam}/open`)

  const phone = await newPage(browser, server, PHONE)
  await useLink(phone, server.linkFor('20230012'))
  const sit = exam.replace('/admin', '')
  await phone.goto(sit)
  await expect(phone.getByText(/5 学分/).first()).toBeVisible()
  await fits(phone)
  await phone.goto('/courses')
  await fits(phone)
  await phone.locator('a[href^="/courses/"]').first().click()
  await submit(phone, '/courses/')
  await expect(phone).toHaveURL(/\/courses\/tests\//)
  await answerRightly(phone, keys)
  await fits(phone)
  await submit(phone, '/courses/tests/')
  await expect(phone.getByText(/答对 \d+ 题，共 \d+ 题/)).toBeVisible()
  await fits(phone)
  await phone.goto('/record')
  await fits(phone)

  await phone.goto(sit)
  await submit(phone, `${sit}/start`)
  await expect(phone).toHaveURL(/\/attempts\//)
})

/** Answers every question of a form rightly. */
async function answerRightly(page: Page, keys: Keys) {
  const questions = page.locator('fieldset.question')
  for (let place = 0; place < (await questions.count()); place++) {
    const question = questions.nth(place)
    const legend = await question.locator('legend').evaluate((legend) => legend.firstChild!.textContent!)
    const stem = legend.replace(/^\d+\. /, '').trimEnd()
    const labels = await question.locator('label > span').allTextContents()
    const options = labels.map((label) => label.replace(/^[A-J]\. /, ''))
    for (const right of rightPlaces(keys, { kind: '', points: 0, stem, options })) await question.locator('input').nth(right).check()
  }
}
