// Every page of a competition, in both languages, on a phone and on a desk, light and dark.
import { test, type Page } from '@playwright/test'
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { demoTexts } from './helper/content.ts'
import { Inspector } from './helper/inspect.ts'
import { startServer, type Server } from './helper/server.ts'
import { awake, newPage, submit, useLink } from './helper/steps.ts'

const DEMO = resolve('../src/service/demo')
const cells = (file: string) => readFileSync(`${DEMO}/${file}`, 'utf8').split(/[\n,]/).map((cell) => cell.trim())
const units = [...readFileSync(`${DEMO}/mod.rs`, 'utf8').matchAll(/\("(\p{Script=Han}+)", \d+\)/gu)].map((found) => found[1])

/** What stays Chinese in English. */
const CONTENT = [
  ...demoTexts(),
  ...cells('divisions.csv'),
  ...cells('organizations.csv'),
  ...units,
  ...['示例市应急管理普法知识竞赛', '年度学法考试题库', '题型示例', '示例市应急管理局', '国办函〔2026〕12号'],
]
  .filter((text) => /\p{Script=Han}/u.test(text))

let server: Server
test.beforeAll(async ({}, info) => void (server = await startServer(info.project.name, '--demo')))
test.afterAll(() => server?.stop())

test('every page of a competition, from all sides', async ({ browser }) => {
  test.setTimeout(900_000)
  const admin = await newPage(browser, server)
  const player = await newPage(browser, server)
  const { look } = new Inspector(admin, server.url, CONTENT)
  const { look: lookAsPlayer } = new Inspector(player, server.url, CONTENT)
  await useLink(admin, server.adminLink)
  const competition = await administration(admin, look)
  const contest = await admin.goto(competition).then(() => admin.locator('a[href*="/c/"]').first().getAttribute('href'))
  await playing(player, new URL(contest!, server.url).pathname, lookAsPlayer)
})

type Look = (name: string, show: string | (() => Promise<unknown>)) => Promise<void>

/** Gives the path of the demonstration's competition. */
async function administration(admin: Page, look: Look): Promise<string> {
  await look('competitions', '/admin/competitions')
  const links = admin.locator('main a[href^="/admin/competitions/"]:not([href*="/new"])')
  const competition = (await links.first().getAttribute('href'))!
  await look('competition-new', '/admin/competitions/new?preset=official_5')
  await look('competition', competition)
  await look('competition-announce', `${competition}/edit`)
  await look('competition-burden', `${competition}/burden`)
  await look('competition-counts', `${competition}/counts`)
  await look('competition-counts-below', `${competition}/counts?division=3703`)
  await look('competition-items-empty', `${competition}/items`)
  await look('competition-truth-empty', `${competition}/truth`)
  await look('competition-cases-empty', `${competition}/cases`)
  await look('competition-draws-empty', `${competition}/draws`)
  await look('organizations', '/admin/organizations')
  await look('organizations-desk', '/admin/organizations/desk')
  return competition
}

async function playing(player: Page, contest: string, look: Look) {
  await look('contest', contest)
  await look('contest-join-refused', async () => {
    await player.goto(contest)
    await player.evaluate(() => document.querySelectorAll('[required]').forEach((field) => field.removeAttribute('required')))
    await submit(player, `${contest}/join`)
  })
  for (const by of ['persons', 'units', 'trades', 'divisions']) await look(`contest-board-${by}`, `${contest}/board?by=${by}`)
  await look('contest-poster', `${contest}/qr`)
  await join(player, contest)
  await look('contest-me', `${contest}/me`)
  await player.goto(`${contest}/me`)
  await submit(player, `${contest}/start`)
  const play = new URL(player.url()).pathname
  await look('contest-sheet', async () => {
    await player.goto(play)
    await awake(player)
  })
  await look('contest-check', `${play}/check`)
  await player.goto(`${play}/check`)
  await submit(player, `${play}/hand-in`)
  await look('contest-result', `${play}/result`)
  await look('contest-me-after', `${contest}/me`)
  await look('contest-certificate-none', `${contest}/certificate`)
  await look('contest-verify', `${contest}/verify?code=none`)
}

async function join(player: Page, contest: string) {
  await player.context().addCookies([{ name: 'lang', value: 'zh', url: server.url }])
  await player.goto(contest)
  await player.getByRole('radio', { name: '社会公众' }).check()
  await player.locator('#q').fill('张店区')
  await player.getByRole('button', { name: '查找地区' }).click()
  await player.locator('input[name=division]').first().check()
  await submit(player, `${contest}/join`)
}
