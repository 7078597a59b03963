// A law is revised: the questions on articles that say something else leave the draw, the others go along, and an editor says
// which are still right. With the real texts of ../shared/data.
import { existsSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { expect, test, type Page } from '@playwright/test'
import { startServer, type Server } from './helper/server.ts'
import { csv, newPage, submit, useLink } from './helper/steps.ts'

const LAWS = resolve('../../shared/data/laws')
const OLD = resolve(LAWS, '突发事件应对法(2007-08-30).md')
const NEW = resolve(LAWS, '突发事件应对法(2024-06-28).md')
const BANK = '突发事件应对'
const QUESTIONS = 30

let server: Server
test.beforeAll(async ({}, info) => void (server = await startServer(info.project.name)))
test.afterAll(() => server?.stop())

/** Number of each article as written → its words without blanks. */
function articles(path: string): Map<string, string> {
  const all = new Map<string, string>()
  let number = ''
  for (const line of readFileSync(path, 'utf8').split('\n')) {
    if (/^\s*(#|<!--)/.test(line)) continue
    const lead = /^[\s\u3000]*(第[零〇一二三四五六七八九十百千]+条)[\s\u3000]+(.*)$/.exec(line)
    if (lead) number = lead[1]
    const words = (lead ? lead[2] : line).replace(/[\s\u3000\u200b-\u200f\ufeff]/g, '')
    if (number) all.set(number, (all.get(number) ?? '') + words)
  }
  return all
}

test('a revised law takes its questions out of the draw', async ({ browser }) => {
  test.skip(!existsSync(OLD) || !existsSync(NEW), '../shared/data/laws is not on this machine')
  const [before, after] = [articles(OLD), articles(NEW)]
  expect([before.size, after.size]).toEqual([70, 106])
  const still = new Set(after.values())
  const [kept, touched] = [[...before].filter(([, words]) => still.has(words)), [...before].filter(([, words]) => !still.has(words))]
  expect(kept.length).toBe(9)
  const used = [...kept, ...touched.slice(0, QUESTIONS - kept.length)].map(([number]) => number)

  const page = await newPage(browser, server)
  await useLink(page, server.adminLink)
  const rows = used.map((number) => `单选,《突发事件应对法》${number}说的是什么？,甲：${number},乙：${number},A,突发事件应对法${number}`)
  await page.goto('/admin/banks')
  await page.locator('#file').setInputFiles(csv(`${BANK}.csv`, Buffer.from(['题型,题目,选项A,选项B,答案,法律依据', ...rows].join('\n'))))
  await submit(page, '/admin/banks/import')
  await submit(page, '/admin/banks/import/')
  await bring(page, OLD)
  const bank = await bankPath(page)
  await page.goto(`${bank}/laws`)
  await expect(page.getByText('没有待复核的题目')).toBeVisible()

  await bring(page, NEW)
  await page.goto(`${bank}?state=ready`)
  await expect(page.getByText(`找到 ${kept.length} 题`)).toBeVisible()
  for (const [number, words] of kept) {
    const now = [...after].find(([, other]) => other === words)![0]
    await page.goto(`${bank}?state=ready&words=${encodeURIComponent(`${number}说的是`)}`)
    const found = page.locator('article', { hasText: `《突发事件应对法》${number}说的是什么？` })
    await found.locator('p.num a').click()
    await expect(page.getByText(`突发事件应对法${now}`, { exact: true }).first()).toBeVisible()
  }
  const waiting = QUESTIONS - kept.length
  await page.goto(`${bank}/laws`)
  await expect(page.getByText(`${waiting} 题`)).toBeVisible()
  const listed: string[] = []
  for (;;) {
    listed.push(...(await page.locator('main section.card > p[lang="zh-CN"]').allTextContents()))
    const next = page.getByRole('link', { name: '下一页' })
    if (!(await next.count())) break
    await next.click()
  }
  const stem = (number: string) => `《突发事件应对法》${number}说的是什么？`
  expect(listed.sort()).toEqual(touched.slice(0, waiting).map(([number]) => stem(number)).sort())

  await page.goto(`${bank}/laws`)
  const card = page.locator('main section.card').filter({ has: page.locator('form') }).first()
  const asked = (await card.locator('> p[lang="zh-CN"]').textContent())!
  await card.getByRole('textbox').fill('改动不影响题目和答案')
  await card.getByRole('button').click()
  await expect(page.getByText(`${waiting - 1} 题`)).toBeVisible()
  await expect(page.getByText(asked, { exact: true })).toHaveCount(0)
  await page.goto(`${bank}?state=ready`)
  await expect(page.getByText(`找到 ${kept.length + 1} 题`)).toBeVisible()
})

async function bring(page: Page, path: string) {
  await page.goto('/admin/laws')
  await page.locator('#file').setInputFiles(path)
  await submit(page, '/admin/laws/import')
  await submit(page, '/admin/laws/import/')
}

async function bankPath(page: Page): Promise<string> {
  await page.goto('/admin/banks')
  return (await page.getByRole('link', { name: BANK, exact: true }).getAttribute('href'))!
}
