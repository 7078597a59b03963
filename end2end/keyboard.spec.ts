// A whole exam with the keyboard alone.
import { expect, test, type Page } from '@playwright/test'
import { startServer, type Server } from './helper/server.ts'
import { awake, newPage, openShortExam, useLink } from './helper/steps.ts'

let server: Server
let exam: string
test.beforeAll(async ({ browser }, info) => {
  server = await startServer(info.project.name, '--demo')
  exam = await openShortExam(browser, server)
})
test.afterAll(() => server?.stop())

/** Presses a key; what has the focus then must be seen to have it, and nothing may lie over it. */
async function press(page: Page, key: string) {
  await page.keyboard.press(key)
  const look = () => page.evaluate(() => {
    const focused = document.activeElement
    if (!focused || focused === document.body) return undefined
    const shown = focused.closest('.option') ?? focused
    const { left, top, width, height } = shown.getBoundingClientRect()
    const over = document.elementFromPoint(left + width / 2, top + height / 2)
    const { outlineStyle, outlineWidth } = getComputedStyle(shown)
    return {
      what: shown.outerHTML.slice(0, 200),
      outlined: outlineStyle !== 'none' && parseFloat(outlineWidth) > 0,
      uncovered: over !== null && (shown.contains(over) || over.contains(shown)),
    }
  })
  const seen = async () => {
    const focus = await look()
    return !focus || (focus.outlined && focus.uncovered) ? 'seen' : focus.what
  }
  await expect.poll(seen, `focus after ${key}`).toBe('seen')
}

/** Tab by Tab to a control, which is at most so many stops away. */
async function tabTo(page: Page, target: string, most = 10): Promise<void> {
  for (let steps = 0; steps < most; steps += 1) {
    await press(page, 'Tab')
    if (await page.locator(target).evaluateAll((all) => all.includes(document.activeElement!))) return
  }
  throw new Error(`${target} is not within ${most} Tabs`)
}

const NEXT = '.sit-bottom .next'
const saved = (page: Page) => expect(page.locator('.saved')).toHaveText(/^已保存 /)
const chosen = (page: Page) => page.locator('.option.chosen')

/** A question that was gone to is there, and its text has the focus. */
async function arrived(page: Page, number: number) {
  await expect(page.getByText(`第 ${number} 题，共 5 题`)).toBeVisible()
  await expect(page.locator('.stem')).toBeFocused()
}

async function begin(page: Page, person: string) {
  await useLink(page, server.linkFor(person))
  await page.goto(exam)
  await tabTo(page, '.skip', 1)
  await page.keyboard.press('Enter')
  await tabTo(page, `form[action="${exam}/start"] button`, 2)
  await page.keyboard.press('Enter')
  await awake(page)
}

test('on a desk', async ({ browser }) => {
  const page = await newPage(browser, server)
  await begin(page, '20230001')
  await expect(page.getByText('第 1 题，共 5 题')).toBeVisible()

  // One choice: arrows move within the options, which are one stop.
  await tabTo(page, '.option input', 1)
  await press(page, 'Space')
  await expect(page.locator('.option').first()).toHaveClass(/chosen/)
  await press(page, 'ArrowDown')
  await expect(page.locator('.option').nth(1)).toHaveClass(/chosen/)
  await expect(chosen(page)).toHaveCount(1)
  await saved(page)
  await tabTo(page, '.flag input', 1)
  await press(page, 'Space')
  await expect(page.locator('.cell.flagged')).toHaveText(['1'])
  await tabTo(page, NEXT, 1)
  await page.keyboard.press('Enter')

  // A new question is where the keyboard goes on.
  await arrived(page, 2)
  await expect(page.locator('.option input:checked')).toHaveCount(0)
  await tabTo(page, '.option input', 1)
  await press(page, 'ArrowDown')
  await tabTo(page, NEXT, 2)
  await page.keyboard.press('Enter')

  // Several choices: each is a stop of its own.
  await arrived(page, 3)
  await tabTo(page, '.option input', 1)
  await press(page, 'Space')
  await press(page, 'Tab')
  await press(page, 'Tab')
  await press(page, 'Space')
  await expect(chosen(page)).toHaveCount(2)
  await saved(page)
  await press(page, 'Space')
  await expect(chosen(page)).toHaveCount(1)
  await saved(page)

  // By the card to the last question, and back to the first.
  await tabTo(page, '.cell:text-is("5")', 16)
  await page.keyboard.press('Enter')
  await arrived(page, 5)
  await tabTo(page, '.option input', 1)
  await press(page, 'Space')
  await saved(page)

  // Behind the last question comes the check; from there back, and to it again by the card.
  await tabTo(page, NEXT, 2)
  await page.keyboard.press('Enter')
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('检查并交卷')
  await tabTo(page, 'a:text-is("回去接着答")', 5)
  await page.keyboard.press('Enter')
  await awake(page)
  await tabTo(page, '.answer-card .primary', 20)
  await page.keyboard.press('Enter')
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('检查并交卷')
  await expect(page.getByText('还有 1 题没有作答')).toBeVisible()
  await tabTo(page, 'form button', 4)
  await page.keyboard.press('Enter')
  await expect(page).toHaveURL(/\/result$/)
  await expect(page.getByRole('row', { name: '交卷方式' })).toContainText('本人交卷')
})

test('the answer card on a phone', async ({ browser }) => {
  const page = await newPage(browser, server, { viewport: { width: 360, height: 640 } })
  await begin(page, '20230002')
  const card = page.getByRole('complementary', { name: '答题卡' })
  await expect(card).toBeHidden()
  await tabTo(page, '.open-card', 8)
  await page.keyboard.press('Enter')
  await expect(card).toBeVisible()
  await tabTo(page, '.close-card', 1)
  await page.keyboard.press('Enter')
  await expect(card).toBeHidden()
  await tabTo(page, '.open-card', 8)
  await page.keyboard.press('Enter')
  await tabTo(page, '.cell:text-is("4")', 6)
  await page.keyboard.press('Enter')
  await expect(card).toBeHidden()
  await arrived(page, 4)
  await tabTo(page, '.option input', 1)
  await press(page, 'Space')
  await saved(page)
})
