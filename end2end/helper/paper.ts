// What a candidate's page holds of the paper, and what the administrator's pages tell of the right answers.
import type { Page } from '@playwright/test'

export interface Question {
  /** In hundredths. */
  points: number
  stem: string
  options: string[]
}

/** Stem and options of a question → texts of the right options. */
export type Keys = Map<string, string[]>

const nameOf = (stem: string, options: string[]) => [stem, ...options.toSorted()].join('\n').replace(/\s+/g, ' ')

/** Reads every question of a bank page by page, as an administrator sees it. */
export async function readKeys(page: Page, bank: string): Promise<Keys> {
  const keys: Keys = new Map()
  for (let next: string | null = bank; next; ) {
    await page.goto(next)
    const found = await page.locator('article').evaluateAll((articles) =>
      articles.map((article) => ({
        stem: article.querySelector('p')!.textContent!,
        // What a form beyond choice accepts stands in lists too, without a text of its own.
        options: Array.from(article.querySelectorAll('li:has([lang])'), (option) => ({
          text: option.querySelector('[lang]')!.textContent!,
          right: option.classList.contains('right'),
        })),
      })),
    )
    for (const { stem, options } of found) {
      const right = options.filter((option) => option.right).map((option) => option.text)
      keys.set(nameOf(stem, options.map((option) => option.text)), right)
    }
    const more = page.locator('a[rel=next]')
    next = (await more.count()) ? await more.getAttribute('href') : null
  }
  return keys
}

/** The questions of an answer sheet, from the page's HTML. */
export function questionsOf(html: string): Question[] {
  const [, escaped] = html.match(/data-props="([^"]*)"/) ?? ['', '{}']
  const signs: Record<string, string> = { '&quot;': '"', '&lt;': '<', '&gt;': '>', '&#x27;': "'", '&#39;': "'", '&amp;': '&' }
  return JSON.parse(escaped.replace(/&(quot|lt|gt|#x27|#39|amp);/g, (sign) => signs[sign])).props.questions
}

/** Places of the right options as they are shown. */
export function rightPlaces(keys: Keys, { stem, options }: Question): number[] {
  const right = keys.get(nameOf(stem, options))
  if (!right) throw new Error(`no key is known for: ${stem}`)
  return options.flatMap((option, place) => (right.includes(option) ? [place] : []))
}

/** A choice that is not right: one option too few or another one. */
export function wrongPlaces(keys: Keys, question: Question): number[] {
  const right = rightPlaces(keys, question)
  return right.length > 1 ? right.slice(1) : [right[0] === 0 ? 1 : 0]
}

/** A choice as it is sent: a bit for each place. */
export const bits = (places: number[]) => places.reduce((sum, place) => sum | (1 << place), 0)
