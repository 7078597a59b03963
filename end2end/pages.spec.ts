// Every page, in both languages, on a phone and on a desk, light and dark, while the site fills up from the first
// sign-in to the result. MINGFA_SHOTS=FOLDER keeps a picture of each.
import { expect, test, type Page } from '@playwright/test'
import { BUREAU, DEMO_FILES, LAW_FILES, STAFF as ALL_STAFF, UNITS, demoTexts, rosterCsv, sharedFile } from './helper/content.ts'
import { Inspector } from './helper/inspect.ts'
import { startServer, type Server } from './helper/server.ts'
import { awake, beijing, csv, linkList, newPage, preview, setUp, signIn, submit, useLink } from './helper/steps.ts'

const BANK = '安全法律题库'
const EXAM = '二〇二六年度学法考试'
/** Enough for a second page. */
const STAFF = ALL_STAFF.slice(0, 60)
const PERSON = STAFF[0]
const WISH = '姓名应为李丽，请更正。'
const ROOM = '第一考场'
const [GAS, SHELTER] = ['示例市燃气使用安全办法', '示例市应急避难场所管理规定']
const NUMBERS = ['第三条', '第六条', '第七条', '第十二条', '第…条']
/** On articles that the second version changes, renumbers and takes away. */
const GAS_BANK = '燃气题库'
const GAS_QUESTIONS = [
  ['餐饮场所应当安装什么？', '可燃气体报警装置', '空气净化器', `${GAS}第六条`],
  ['存瓶总重量超过一百千克怎么办？', '设置专用气瓶间', '放在通道里', `${GAS}第七条`],
  ['经营企业怎样报送检查情况？', '以纸质表格', '不用报送', `${GAS}第十二条`],
]
const [LIST, POST] = ['执法人员应知应会清单', '执法岗位']
/** What the proposal of a plan calls its entries. */
const PROPOSED = [
  '一季度中心组专题学法',
  '二季度中心组专题学法',
  '三季度中心组专题学法',
  '四季度中心组专题学法',
  '上半年法治讲座',
  '下半年法治讲座',
  '年度学法考试',
  '全民国家安全教育日宣传',
  '民法典宣传月活动',
  '安全生产月活动',
  '宪法宣传周活动',
]
const ACTIVITIES = '台账.csv'

/** What stays Chinese in English. */
const CONTENT = [
  ...demoTexts(),
  // One of them is changed on the way: its first two letters go, and it may stand on the printed form.
  ...demoTexts().map((text) => text.slice(2)).filter((text) => text.length > 8),
  ...DEMO_FILES.map((path) => path.split('/').pop()!),
  ...STAFF.map((person) => person.name),
  ...UNITS,
  ...[BUREAU, BANK, EXAM, '花名册.csv', '省级电梯司机', '王换名', '年度国家工作人员学法考试', WISH, ROOM],
  // Headings of a roster file, as a message names them.
  ...['甲, 乙', '工号, 姓名, 单位'],
]
  .filter((text) => /\p{Script=Han}/u.test(text))

let server: Server
test.beforeAll(async ({}, info) => void (server = await startServer(info.project.name)))
test.afterAll(() => server?.stop())

test('every page, from all sides', async ({ browser }) => {
  test.setTimeout(1_200_000)
  const admin = await newPage(browser, server)
  const candidate = await newPage(browser, server)
  const { look } = new Inspector(admin, server.url, CONTENT)
  const { look: lookAsCandidate } = new Inspector(candidate, server.url, CONTENT)
  await beforeSigningIn(admin, look)
  await nothingInIt(look)
  const links = await people(admin, look)
  await questions(admin, look)
  await useLink(candidate, links.get(PERSON.number)!)
  await lookAsCandidate('home-empty', '/')
  const exam = await settingUp(admin, look)
  await look('items-empty', `${exam}/items`)
  await sitting(candidate, lookAsCandidate, () => supervising(admin, `${exam}/live`, look))
  await signals(admin, candidate, exam, look, lookAsCandidate)
  await slots(admin, exam, look)
  await look('items', `${exam}/items`)
  await look('item', async () => {
    await admin.goto(`${exam}/items?sort=facility`)
    await admin.locator('td a').first().click()
  })
  await look('print', `${exam}/print?form=A`)
  await look('print-key', `${exam}/print/key?form=A`)
  await look('overview', '/')
  const year = new Date().getFullYear()
  await look('year', `/admin/years/${year}`)
  await look('year-head', `/admin/years/${year}/head`)
  await look('year-records', `/admin/years/${year}/records?figure=pass_rate_of_due`)
  await look('year-records-none', `/admin/years/${year}/records?figure=circulars`)
  await look('form-refused', async () => {
    await admin.goto(`/admin/years/${year}`)
    await admin.locator('#file').setInputFiles(csv('form.csv', Buffer.from('a,b\n')))
    await submit(admin, `/admin/years/${year}/fill`)
  })
  await look('figures-list', '/admin/figures')
  await look('figures', `${exam}/figures`)
  await look('figures-of-unit', async () => {
    await admin.goto(`${exam}/figures`)
    await admin.locator('tbody th a').first().click()
  })
  await look('figures-persons', `${exam}/figures/persons?who=due`)
  await look('figures-nobody', `${exam}/figures/persons?who=excellent`)
  const liaison = await newPage(browser, server)
  await useLink(liaison, links.get(STAFF[3].number)!)
  await new Inspector(liaison, server.url, CONTENT).look('intro-rooms', exam.replace('/admin', ''))
  await withRoles(admin, liaison, look)
  await auditing(admin, await newPage(browser, server))
  await look('not-found', '/nothing/here')
  await look('upload-gone', '/admin/people/import/0000000000000')
  await lookAsCandidate('forbidden', '/admin/people')
})

test('the library of laws, from all sides', async ({ browser }) => {
  test.setTimeout(600_000)
  const admin = await newPage(browser, server)
  await useLink(admin, server.linkFor('admin'))
  const ours = [...GAS_QUESTIONS.flat(), GAS, SHELTER, GAS_BANK, LIST, POST]
  const { look } = new Inspector(admin, server.url, [...ours, ...NUMBERS, ...CONTENT])
  await look('laws-empty', '/laws')
  await look('laws-manage-empty', '/admin/laws')
  await look('marks-empty', '/laws/marks')
  await look('must-know-empty', '/laws/lists')
  const [old, now, shelter] = LAW_FILES
  const rows = GAS_QUESTIONS.map(([stem, right, wrong, basis]) => `单选,${stem},${right},${wrong},A,${basis}`)
  await preview(admin, '/admin/banks', csv(`${GAS_BANK}.csv`, Buffer.from(['题型,题目,选项A,选项B,答案,法律依据', ...rows].join('\n'))))
  await submit(admin, '/admin/banks/import/')
  await admin.goto('/admin/banks')
  const gasBank = (await admin.getByRole('link', { name: GAS_BANK }).first().getAttribute('href'))!
  await look('bank-laws-empty', `${gasBank}/laws`)
  await look('law-preview', () => preview(admin, '/admin/laws', old))
  await look('law-preview-unreadable', () => preview(admin, '/admin/laws', csv('通知.txt', Buffer.from('请准时参加会议。'))))
  for (const file of [old, now, shelter]) {
    if (file === now) await look('law-preview-version', () => preview(admin, '/admin/laws', file))
    await preview(admin, '/admin/laws', file)
    await submit(admin, '/admin/laws/import/')
    await expect(admin).toHaveURL(/\/laws\/\w+\?version/)
  }
  await look('bank-laws', `${gasBank}/laws`)
  await expect(admin.locator('section.card form')).not.toHaveCount(0)
  await look('law-preview-same', () => preview(admin, '/admin/laws', shelter))
  await look('laws', '/laws')
  await look('laws-manage', '/admin/laws')
  await admin.goto('/laws')
  const gas = (await admin.getByRole('link', { name: GAS }).getAttribute('href'))!
  const other = (await admin.getByRole('link', { name: SHELTER }).getAttribute('href'))!
  await look('law', gas)
  const before = (await admin.locator('nav ul.steps a:not([aria-current])').first().getAttribute('href'))!
  await look('law-before', before)
  await look('law-compare', `${gas}/compare`)
  await look('law-compare-one', `${other}/compare`)
  await look('law-article', `${gas}/articles/7`)
  await look('law-article-inserted', `${gas}/articles/3`)
  await admin.goto(`${gas}/articles/12?${before.split('?')[1]}`)
  await admin.locator('#mark-note').fill(WISH)
  await submit(admin, `${gas}/articles/12/mark`)
  for (const number of [6, 7]) {
    await admin.goto(`${gas}/articles/${number}?${before.split('?')[1]}`)
    await submit(admin, `${gas}/articles/${number}/mark`)
  }
  await look('law-marked', gas)
  await look('law-article-marked', `${gas}/articles/7`)
  await look('marks', '/laws/marks')
  const search = (words: string) => `/laws?words=${encodeURIComponent(words)}`
  await look('search', search('气瓶'))
  await look('search-all', `${search('每年 检查')}&all=yes`)
  await look('search-citation', search(`${GAS} 第七条`))
  await look('search-none', search('海洋渔业'))
  await look('search-long', search('燃气'.repeat(80)))
  const file = gas.replace('/laws/', '/admin/laws/')
  await look('law-file', file)
  await look('law-file-refused', async () => {
    await admin.goto(file)
    await admin.locator('#repeal-repealed').fill('2001-01-01')
    await admin.locator('#repeal-reason').fill(WISH)
    await submit(admin, `${file}/repeal`)
  })
  await look('must-know-new', '/admin/must-know/new')
  const make = async (title: string) => {
    await admin.goto('/admin/must-know/new')
    await admin.locator('#list-title').fill(title)
    await admin.locator('#list-post').fill(POST)
    await admin.locator('#list-lines').fill(`${GAS}\n${GAS} 第七条\n${SHELTER} 第六条\n${WISH}`)
    await submit(admin, '/admin/must-know')
  }
  await look('must-know-refused', () => make(' '))
  await make(LIST)
  const list = new URL(admin.url()).pathname
  await look('must-know', list)
  await look('must-know-all', '/laws/lists')
  await look('must-know-edit', list.replace('/laws/lists/', '/admin/must-know/'))
  await admin.goto(file)
  await admin.locator('#repeal-repealed').fill('2026-01-01')
  await admin.locator('#repeal-reason').fill(WISH)
  await submit(admin, `${file}/repeal`)
  await look('law-repealed', gas)
})

test('the plan of a year and files of activities, from all sides', async ({ browser }) => {
  test.setTimeout(600_000)
  const admin = await newPage(browser, server)
  await useLink(admin, server.linkFor('admin'))
  // There already, unless this test runs alone.
  await preview(admin, '/admin/people', csv('花名册.csv', rosterCsv(STAFF)))
  if (await admin.locator('form[action^="/admin/people/import/"]').count()) await submit(admin, '/admin/people/import/')
  const own = [...PROPOSED, ACTIVITIES, '旁听庭审', '民法典进企业', '学法清单']
  const { look } = new Inspector(admin, server.url, [...own, LIST, ...CONTENT])
  const year = beijing(0).slice(0, 4)
  const plan = `/admin/years/${year}/plan`
  await look('plan-no-year', plan)
  await admin.goto(`/admin/activities?year=${year}`)
  await submit(admin, '/admin/years')
  await look('plan-empty', plan)
  await admin.goto(plan)
  await submit(admin, `${plan}/proposal`)
  await look('plan', plan)
  await look('plan-new', `${plan}/new`)
  await look('plan-refused', async () => {
    await admin.goto(`${plan}/new`)
    await admin.locator('#plan-title').fill('民法典进企业')
    await admin.locator('#plan-planned').fill('0')
    await submit(admin, plan)
  })
  await admin.goto(plan)
  const entry = (await admin.getByRole('link', { name: PROPOSED[0] }).getAttribute('href'))!
  await look('plan-entry', entry)
  await look('plan-change', `${entry}/edit`)
  await look('calendar', `/admin/years/${year}/calendar`)
  await look('activities-import', `/admin/years/${year}/import`)
  const file = (...rows: string[]) => csv(ACTIVITIES, Buffer.from(['类型,名称,日期,单位,参加人数', ...rows].join('\n')))
  const send = async (file: ReturnType<typeof csv>) => {
    await admin.goto(`/admin/years/${year}/import`)
    await admin.locator('#file').setInputFiles(file)
    await submit(admin, `/admin/years/${year}/import`)
  }
  const bad = [`聚餐,民法典进企业,${year}-01-02,${UNITS[0]},`, `讲座,民法典进企业,昨天,${UNITS[0]},许多`]
  await look('activities-import-refused', () => send(file(...bad)))
  const good = [`旁听庭审,旁听庭审,${year}-01-02,${UNITS[0]},20`, `宣传,民法典进企业,${year}-01-02,${UNITS[0]},`]
  await look('activities-import-preview', () => send(file(...good)))
  await send(file(...good))
  await submit(admin, '/admin/activities/import/')
  await look('activities-import-again', () => send(file(...good)))
  await look('calendar-done', `/admin/years/${year}/calendar`)
})

test('enforcement certificates and reminders, from all sides', async ({ browser }) => {
  test.setTimeout(600_000)
  const admin = await newPage(browser, server)
  await useLink(admin, server.linkFor('admin'))
  const { look } = new Inspector(admin, server.url, ['安全生产', '培训通知', ...CONTENT])
  await look('officers-empty', '/admin/officers')
  await look('officers-new', '/admin/officers/new')
  await look('officers-applications-empty', '/admin/officers/applications')
  await look('reminders-empty', '/admin/reminders')
  const rows = STAFF.slice(5, 9).map(({ number, name }, place) => `${number},${name},ZJ-${place},安全生产,202${place + 2}-05-10,2027-05-09`)
  const wrong = `${STAFF[10].number},${STAFF[11].name},ZJ-9,,2022-05-10,2027-05-09`
  const file = csv('officers.csv', Buffer.from(['工号,姓名,证件编号,执法领域,发证日期,有效期至', ...rows, wrong].join('\n')))
  await look('officers-preview', () => preview(admin, '/admin/officers', file))
  const right = csv('officers.csv', Buffer.from(['工号,姓名,证件编号,执法领域,发证日期,有效期至', ...rows].join('\n')))
  await preview(admin, '/admin/officers', right)
  await submit(admin, '/admin/officers/import/')
  await look('officers-not-begun', '/admin/officers')
  await admin.goto('/admin/activities')
  if (await admin.locator('#begin-year').inputValue()) await submit(admin, '/admin/years')
  await look('officers', '/admin/officers')
  await look('officers-none', '/admin/officers?state=exempt')
  await look('officers-refused', async () => {
    await admin.goto('/admin/officers')
    await admin.locator('input[name=certificate]').first().check()
    await submit(admin, '/admin/officers/review')
    await admin.goto('/admin/officers')
    await admin.locator('input[name=certificate]').last().check()
    await submit(admin, '/admin/officers/review')
  })
  await admin.goto('/admin/officers')
  await admin.getByRole('link', { name: 'ZJ-' }).first().click()
  await look('officer', new URL(admin.url()).pathname)
  await admin.goto('/admin/officers/applications')
  await admin.locator('#apply-person').fill(STAFF[12].number)
  await submit(admin, '/admin/officers/applications')
  await look('officers-application', new URL(admin.url()).pathname)
  await look('officers-applications', '/admin/officers/applications')
  await admin.goto('/admin/reminders')
  await admin.locator('#off-reason').fill('培训通知')
  await submit(admin, '/admin/reminders/off')
  await look('reminders', '/admin/reminders')
  // Last, for nothing can be entered into a closed year any more.
  const year = `/admin/years/${beijing(0).slice(0, 4)}`
  await admin.goto(year)
  await admin.locator('[name=sure]').check()
  await submit(admin, `${year}/close`)
  await look('year-closed', year)
  await look('year-edition', `${year}/editions/1`)
  await look('filings-closed', `${year}/filings`)
})

type Look = Inspector['look']

async function beforeSigningIn(admin: Page, look: Look) {
  await look('sign-in', '/sign-in')
  await look('sign-in-refused', () => signIn(admin, 'admin', 'not the password'))
  await look('link', server.adminLink)
  await look('link-refused', async () => {
    await admin.goto(server.adminLink)
    await admin.locator('#password').fill('88888888')
    await admin.locator('#repeat').fill('88888888')
    await submit(admin, '/link/')
  })
  await look('link-used', `/link/${'0'.repeat(64)}`)
  await useLink(admin, server.adminLink)
}

async function nothingInIt(look: Look) {
  await look('overview-empty', '/')
  await look('people-empty', '/admin/people')
  await look('banks-empty', '/admin/banks')
  await look('exams-empty', '/admin/exams')
  await look('exam-new-without-bank', '/admin/exams/new')
  await look('figures-empty', '/admin/figures')
  await look('me-administrator', '/me')
}

async function people(admin: Page, look: Look): Promise<Map<string, string>> {
  const refused = ['20269999,,办公室,其他,公务员', ',王无号,办公室,其他,公务员', '20269997,王无单位,,其他,公务员']
  const roster = csv('花名册.csv', rosterCsv(STAFF, refused))
  await look('people-preview', () => preview(admin, '/admin/people', roster))
  await look('people-preview-unreadable', () =>
    preview(admin, '/admin/people', csv('花名册.csv', Buffer.from('甲,乙\n1,2\n'))),
  )
  await preview(admin, '/admin/people', roster)
  await submit(admin, '/admin/people/import')
  await expect(admin.locator('.figure b').first()).toHaveText('60')
  const changed = (name: string) => csv('花名册.csv', rosterCsv([{ ...STAFF[1], unit: '办公室' }, { ...STAFF[2], name }]))
  await look('people-preview-changes', () => preview(admin, '/admin/people', changed('王换名')))
  const names = ['王换名', STAFF[2].name]
  await look('people-imported', async () => {
    await preview(admin, '/admin/people', changed(names.shift()!))
    await submit(admin, '/admin/people/import')
  })
  await look('people', '/admin/people')
  await look('people-filtered', `/admin/people?words=${PERSON.number}`)
  await look('people-link', async () => {
    await admin.goto(`/admin/people?words=${PERSON.number}`)
    await submit(admin, '/admin/people/0')
  })
  await look('imports', '/admin/people/imports')
  await look('import', (await admin.getByRole('link', { name: '#2' }).getAttribute('href'))!)
  await look('units', '/admin/units')
  await look('unit', (await admin.locator('tbody a').first().getAttribute('href'))!)
  await admin.goto(`/admin/people?words=${PERSON.number}`)
  await look('person', (await admin.locator('tbody a').first().getAttribute('href'))!)
  await look('exemptions-empty', '/admin/exemptions')
  let links = new Map<string, string>()
  await look('people-links', async () => (links = await linkList(admin)))
  expect(links.size).toBe(60)
  return links
}

async function questions(admin: Page, look: Look) {
  const real = sharedFile('省级电梯司机.xlsx')
  if (real) await look('questions-preview-real', () => preview(admin, '/admin/banks', real))
  else console.log('without ../shared/data: the preview of 省级电梯司机.xlsx is not looked at')
  await look('questions-preview', () => preview(admin, '/admin/banks', DEMO_FILES[0]))
  for (const file of DEMO_FILES) {
    await preview(admin, '/admin/banks', file)
    await admin.locator('#bank').fill(BANK)
    await submit(admin, '/admin/banks/import')
  }
  await look('questions-imported', async () => {
    await preview(admin, '/admin/banks', DEMO_FILES[0])
    await admin.locator('#bank').fill(BANK)
    await submit(admin, '/admin/banks/import')
  })
  await look('banks', '/admin/banks')
  const bank = await admin.getByRole('link', { name: BANK }).getAttribute('href')
  await look('bank', bank!)
  await look('bank-filtered', `${bank}?kind=multiple&state=draft&words=%E6%B2%A1%E6%9C%89`)
  await editor(admin, bank!, look)
}

async function editor(admin: Page, bank: string, look: Look) {
  await admin.goto(bank)
  const question = (await admin.locator('article a').first().getAttribute('href'))!
  await look('question-imported', question)
  await look('question-edit', `${question}/edit`)
  await look('question-refused', async () => {
    await admin.goto(`${question}/edit`)
    await admin.locator('#question-reason').fill(WISH)
    await admin.locator('#question-key').fill('1')
    await submit(admin, question)
  })
  await admin.goto(`${question}/edit`)
  const [stem, options] = [
    await admin.locator('#question-stem').inputValue(),
    await admin.locator('#question-options').inputValue(),
  ]
  await admin.locator('#question-stem').fill(stem.slice(2))
  await admin.locator('#question-reason').fill(WISH)
  await submit(admin, question)
  await look('question', question)
  await look('question-new', `${bank}/questions/new`)
  const copy = async () => {
    await admin.goto(`${bank}/questions/new`)
    await admin.locator('#question-stem').fill(stem)
    await admin.locator('#question-options').fill(options)
    await admin.locator('#question-state').selectOption('draft')
  }
  await look('question-near', async () => {
    await copy()
    await submit(admin, `${bank}/questions/new`)
  })
  await copy()
  await submit(admin, `${bank}/questions/new`)
  await admin.locator('input[name=anyway]').check()
  await submit(admin, `${bank}/questions/new`)
  await expect(admin).toHaveURL(/questions\/(?!new)/)
  await look('bank-near', `${bank}/near`)
}

async function settingUp(admin: Page, look: Look): Promise<string> {
  for (const step of ['whom', 'paper', 'passing', 'showing', 'check', 'all'])
    await look(`exam-new-${step}`, async () => {
      await admin.goto('/admin/exams/new')
      await admin.locator(`.steps ~ button[name=go][value=${step}], .steps button[name=go][value=${step}]`).click()
    })
  await look('exam-form-refused', async () => {
    await admin.goto('/admin/exams/new')
    await setUp(admin, { title: EXAM, minutes: '0', attempts: '11', pass_mark: '500', closes_at: beijing(-60) })
  })
  await admin.goto('/admin/exams/new')
  await setUp(admin, { title: EXAM, multiple_count: '300', closes_at: beijing(60), review: 'mock' })
  const exam = new URL(admin.url()).pathname
  await look('exam-short', exam)
  await look('exam-short-refused', async () => {
    await admin.goto(exam)
    await submit(admin, `${exam}/publish`)
  })
  await look('exam-edit', `${exam}/edit`)
  await setUp(admin, { multiple_count: '20' })
  await look('exam-draft', exam)
  await submit(admin, `${exam}/publish`)
  await look('exam-published', exam)
  await submit(admin, `${exam}/open`)
  await look('exam-open', exam)
  await look('exams', '/admin/exams')
  return exam
}

async function signals(admin: Page, candidate: Page, exam: string, look: Look, lookAsCandidate: Look) {
  await look('cases-empty', '/admin/cases')
  await look('signals-not-compared', `${exam}/signals`)
  await submit(admin, `${exam}/signals`)
  await look('signals-none', `${exam}/signals?kind=same_wrong`)
  await look('signals', `${exam}/signals`)
  await admin.goto(`${exam}/signals`)
  await admin.getByText(/立项核查|Open a case/).last().click()
  await admin.locator('textarea[name=reason]').fill(WISH)
  await submit(admin, `${exam}/cases`)
  const file = new URL(admin.url()).pathname
  await look('case-own', file)
  await look('cases', '/admin/cases')
  const mine = file.replace('/admin', '')
  await lookAsCandidate('case-mine', mine)
  await lookAsCandidate('case-refused', async () => {
    await candidate.goto(mine)
    await candidate.locator('textarea').fill('x')
    await submit(candidate, `${mine}/statement`)
  })
}

async function slots(admin: Page, exam: string, look: Look) {
  const add = async (capacity: string) => {
    await admin.goto(`${exam}/slots`)
    await admin.locator('#slot-room').fill(ROOM)
    await admin.locator('#slot-capacity').fill(capacity)
    await admin.locator('#slot-opens_at').fill(beijing(20))
    await admin.locator('#slot-closes_at').fill(beijing(50))
    await admin.locator('#slot-password').fill('kaochang1')
    await admin.locator('#slot-addresses').fill('10.1.2.0/24, 10.1.3.10-10.1.3.40')
    await submit(admin, `${exam}/slots`)
  }
  await look('slots-empty', `${exam}/slots`)
  await look('slots-refused', () => add('0'))
  await add('40')
  await look('slots', `${exam}/slots`)
  await admin.goto(`${exam}/slots`)
  const list = (await admin.locator('tbody a').first().getAttribute('href'))!
  await look('slot-empty', list)
  await admin.goto(list)
  await admin.locator('#seat-number').fill(STAFF[5].number)
  await submit(admin, list)
  await look('slot', list)
}

/** Leaves the page and comes back, as the page notices it. */
async function leave(page: Page) {
  const beat = page.waitForResponse((reply) => reply.url().endsWith('/beat') && reply.ok())
  await page.evaluate(() => {
    for (const hidden of [true, false]) {
      Object.defineProperty(document, 'hidden', { get: () => hidden, configurable: true })
      document.dispatchEvent(new Event('visibilitychange', { bubbles: true }))
    }
  })
  await beat
}

async function supervising(admin: Page, live: string, look: Look) {
  await look('live', live)
  await look('live-refused', async () => {
    await admin.goto(live)
    await admin.locator('#deal-words').fill(' ')
    await admin.locator('button[value=message]').click()
  })
  await look('live-filtered', `${live}?stand=paused&words=nobody`)
}

/** A role for somebody, everywhere. */
async function grant(admin: Page, name: string, role: string) {
  await admin.goto('/admin/roles')
  await admin.locator('#name').fill(name)
  await admin.locator('#role').selectOption(role)
  await submit(admin, '/admin/roles/grant')
}

async function withRoles(admin: Page, liaison: Page, look: Look) {
  await look('roles-refused', () => grant(admin, 'nobody', 'liaison'))
  await grant(admin, STAFF[3].number, 'liaison')
  await look('roles', '/admin/roles')
  const { look: lookAsLiaison } = new Inspector(liaison, server.url, CONTENT)
  await look('corrections-empty', '/admin/corrections')
  const ask = async (wish: string) => {
    await liaison.goto('/unit')
    await liaison.locator('#number').fill(STAFF[5].number)
    await liaison.locator('#wish').fill(wish)
    await submit(liaison, '/unit/corrections')
  }
  await lookAsLiaison('unit-refused', () => ask(' '))
  await ask(WISH)
  await ask(WISH)
  await lookAsLiaison('unit', '/unit')
  await look('corrections', '/admin/corrections')
  await admin.locator('form[action^="/admin/corrections"] textarea').first().fill(WISH)
  await submit(admin, '/admin/corrections/0')
  await look('corrections-decided', '/admin/corrections')
}

async function auditing(admin: Page, auditor: Page) {
  await admin.goto('/admin/roles')
  await admin.locator('#new-name').fill('auditor')
  await submit(admin, '/admin/accounts')
  const link = new URL((await admin.locator('p.card').textContent())!.trim()).pathname
  await useLink(auditor, link)
  const { look } = new Inspector(auditor, server.url, CONTENT)
  await look('overview-without-role', '/')
  await grant(admin, 'auditor', 'auditor')
  await look('audit', '/admin/audit')
  await look('audit-none', '/admin/audit?act=hand_in_forced')
  await look('audit-head', '/admin/audit/head?entry=1')
  await look('overview-auditor', '/')
}

async function sitting(candidate: Page, look: Look, duringIt: () => Promise<void>) {
  await look('home', '/')
  await candidate.getByRole('link', { name: EXAM }).click()
  const intro = new URL(candidate.url()).pathname
  await look('intro', intro)
  await submit(candidate, `${intro}/start`)
  const attempt = new URL(candidate.url()).pathname
  const sheet = async (place: string) => {
    await candidate.goto(`${attempt}${place}`)
    await awake(candidate)
  }
  await look('sit-first', () => sheet(''))
  const choose = () => candidate.locator('.option:not(:has(:checked))').first().click()
  await look('sit-answered', async () => {
    await sheet('?q=1')
    await choose()
    await candidate.locator('.flag input').check()
    await expect(candidate.locator('.saved')).toHaveText(/已保存|Saved/)
  })
  await look('sit-multiple', async () => {
    await sheet('?q=41')
    await choose()
    await choose()
    await expect(candidate.locator('.option.chosen')).not.toHaveCount(1)
  })
  await look('sit-true-false', () => sheet('?q=80'))
  await look('sit-card', async () => {
    await sheet('?q=3')
    await candidate.evaluate(() => (location.hash = 'card'))
  })
  await look('sit-offline', async () => {
    await sheet('?q=2')
    await candidate.context().setOffline(true)
    await choose()
    await expect(candidate.locator('.saved.trouble')).toBeVisible()
    await candidate.context().setOffline(false)
  })
  for (const _ of [1, 2, 3]) await leave(candidate)
  await look('check', `${attempt}/check`)
  await duringIt()
  await look('home-sitting', '/')
  await look('intro-sitting', intro)
  await candidate.goto(`${attempt}/check`)
  await submit(candidate, `${attempt}/hand-in`)
  await look('result', `${attempt}/result`)
  await look('home-done', '/')
  await look('intro-done', intro)
  await look('me', '/me')
}
