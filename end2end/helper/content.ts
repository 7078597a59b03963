// Content for the tests: an invented bureau, and question files.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'

export const PASSWORD = '法治安全二〇二六年'
export const BUREAU = '临江市应急管理局'
export const UNITS = [
  '局领导', '办公室', '政治部', '规划财务科', '政策法规科', '应急指挥中心', '综合协调科', '安全基础科', '危化监管科',
  '防汛抗旱科', '火灾防治科', '地震救援科', '救灾保障科', '执法支队', '救援保障中心',
]
const SURNAMES = '王李张刘陈杨赵黄周吴徐孙胡朱'
const GIVEN = ['建国', '志远', '雪梅', '思源', '晓宁', '海青', '文辉', '明月', '永安', '新宇']

export interface Candidate {
  number: string
  name: string
  unit: string
}

/** 138 people in 15 units. */
export const STAFF: Candidate[] = Array.from({ length: 138 }, (_, place) => ({
  number: String(20260001 + place),
  name: SURNAMES[place % SURNAMES.length] + GIVEN[Math.floor(place / SURNAMES.length)],
  unit: UNITS[place % UNITS.length],
}))

/** A roster file; `more` are rows as they stand in the file. */
export function rosterCsv(people: Candidate[], more: string[] = []): Buffer {
  const rows = people.map(({ number, name, unit }) => `${number},${name},${BUREAU}/${unit},其他,公务员`)
  return Buffer.from(['工号,姓名,单位,职级,类别', ...rows, ...more].join('\n'))
}

const SHARED = resolve('../../shared/data/questions/safety-xlsx')

/** A question file of ../shared/data, or `undefined` on a machine without that folder. */
export function sharedFile(name: string): string | undefined {
  const path = join(SHARED, name)
  return existsSync(path) ? path : undefined
}

const DEMO = resolve('../src/service/demo/questions')

/** The question files of the demonstration. */
export const DEMO_FILES = readdirSync(DEMO).sort().map((name) => join(DEMO, name))

const LAWS = resolve('../src/service/demo/laws')

/** The regulations of the demonstration: one in two versions, and another one. */
export const LAW_FILES = readdirSync(LAWS).sort().map((name) => join(LAWS, name))

/** Every text of the demonstration's questions, without the headings and the kinds; an answer of several lines line by line. */
export function demoTexts(): string[] {
  const rows = DEMO_FILES.flatMap((path) => csvRows(readFileSync(path, 'utf8')).slice(1))
  const texts = rows.flatMap((row) => {
    const cells = row.slice(1)
    const [basis, tags] = [cells.at(-2)!.split('；'), cells.at(-1)!.split('、')]
    return [...cells.flatMap((cell) => cell.split('\n')), ...basis, ...tags]
  })
  return texts.filter((text) => text)
}

/** Rows of cells, quoted or not. */
function csvRows(text: string): string[][] {
  const rows: string[][] = [[]]
  for (const [, quoted, plain, end] of text.trim().matchAll(/(?:"((?:[^"]|"")*)"|([^,\r\n]*))(,|\r?\n|$)/g)) {
    rows.at(-1)!.push(quoted?.replaceAll('""', '"') ?? plain)
    if (end !== ',') rows.push([])
    if (end === '') break
  }
  return rows.filter((row) => row.length)
}
