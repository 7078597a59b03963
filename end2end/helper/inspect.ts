// What holds for every page: in both languages, on a phone and on a desk, light and dark.
import { expect, test, type Page } from '@playwright/test'
import axe from 'axe-core'
import { join } from 'node:path'

const ALL_RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']
/** What changes with the colours alone; the dark side is held to these. */
const COLOUR_RULES = ['color-contrast', 'link-in-text-block']
const LANGUAGES = { zh: 'zh-CN', en: 'en' }
const SIZES = [{ width: 320, height: 640 }, { width: 1280, height: 800 }]
const SCHEMES = ['light', 'dark'] as const

export class Inspector {
  private readonly complaints: string[] = []
  private readonly content: string[]

  /** `content` are the texts that stay Chinese on an English page: names, titles, questions; `isContent` tells more of them. */
  constructor(
    private readonly page: Page,
    private readonly url: string,
    content: string[],
    private readonly isContent: (text: string) => boolean = () => false,
  ) {
    // A shorter text would break a longer one that holds it.
    this.content = [...content].sort((a, b) => b.length - a.length)
    page.on('pageerror', (error) => this.complaints.push(`browser: ${error}`))
    page.on('console', (message) => {
      // A page that says 403 or 404 is announced as a failure too; and without a network nothing can be loaded.
      const failedLoad = message.text().startsWith('Failed to load resource')
      const expected = failedLoad && (message.location().url === page.url() || message.text().includes('INTERNET_DISCONNECTED'))
      if (['error', 'warning'].includes(message.type()) && !expected) this.complaints.push(`browser: ${message.text()}`)
    })
  }

  /** Brings a page up in each language, by its path or by steps, and looks at it from all sides. */
  look = (name: string, show: string | (() => Promise<unknown>)) =>
    test.step(name, async () => {
      const found = new Map<string, string[]>()
      const note = (where: string, findings: string[]) =>
        findings.forEach((finding) => found.set(finding, [...(found.get(finding) ?? []), where]))
      for (const [code, tag] of Object.entries(LANGUAGES)) {
        await this.page.context().addCookies([{ name: 'lang', value: code, url: this.url }])
        await (typeof show === 'string' ? this.page.goto(show) : show())
        await this.page.evaluate(axe.source)
        note(code, await this.words(tag))
        for (const size of SIZES) {
          await this.page.setViewportSize(size)
          for (const text of ['large', 'normal']) {
            const { wide, widest } = await this.page.evaluate(widthWith, text)
            note(`${code}-${size.width}`, wide > size.width ? [`scrolls sideways with ${text} text: ${wide} (${widest})`] : [])
          }
          for (const colorScheme of SCHEMES) {
            await this.page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
            const side = `${code}-${size.width}-${colorScheme}`
            if (process.env.MINGFA_SHOTS) {
              const path = join(process.env.MINGFA_SHOTS, `${side}-${name}.png`)
              await this.page.screenshot({ path, fullPage: true })
            }
            if (colorScheme === 'light') note(side, await this.faults(ALL_RULES))
            else if (code === 'zh') note(side, await this.faults(COLOUR_RULES))
          }
        }
        note(code, this.complaints.splice(0))
      }
      const report = Array.from(found, ([finding, where]) => `${finding}  [${where.join(' ')}]`)
      expect.soft(report, `page “${name}”`).toEqual([])
    })

  private async words(tag: string): Promise<string[]> {
    const seen = await this.page.evaluate(texts)
    const all = [seen.title, ...seen.texts]
    const pieces = (text: string) => this.withoutContent(text).match(/\p{Script=Han}+/gu) ?? []
    const chinese = (text: string) => tag === 'en' && pieces(text).some((piece) => !this.isContent(piece))
    return [
      ...(seen.lang === tag ? [] : [`lang="${seen.lang}" instead of ${tag}`]),
      ...(seen.h1 === 1 ? [] : [`${seen.h1} main headings`]),
      ...all.filter((text) => text.includes('<!>')).map((text) => `marker of the renderer: ${text}`),
      ...all.filter(chinese).map((text) => `Chinese: ${text}`),
    ]
  }

  /** Without what is content, or quoted from it. */
  private withoutContent(text: string): string {
    return this.content.reduce((rest, known) => rest.replaceAll(known, ' '), text).replace(/“[^”]*”/g, ' ')
  }

  private async faults(runOnly: string[]): Promise<string[]> {
    const violations = await this.page.evaluate(async (runOnly) => {
      // What sticks to an edge would count as covering what is scrolled under it.
      const bars = [...document.querySelectorAll<HTMLElement>('.nav, .sit-top, .sit-bottom')]
      const stick = (position: string) => bars.forEach((bar) => (bar.style.position = position))
      stick('static')
      const { violations } = await window.axe.run({ runOnly, resultTypes: ['violations'] })
      stick('')
      return violations
    }, runOnly)
    return violations.flatMap(({ id, nodes }) => nodes.map((node) => `axe ${id}: ${node.html} ${node.failureSummary}`))
  }
}

declare global {
  interface Window {
    axe: typeof axe
  }
}

/** Runs in the page: how wide it is with text of this size, and the innermost element that reaches so far. */
function widthWith(text: string) {
  document.documentElement.dataset.size = text
  const wide = document.scrollingElement!.scrollWidth
  const reaches = (element: Element) => element.getBoundingClientRect().right >= wide
  const widest = wide > innerWidth ? [...document.body.querySelectorAll('*')].findLast(reaches) : undefined
  return { wide, widest: widest?.outerHTML.slice(0, 200) }
}

/** Runs in the page: every text a person meets, also those that are only read aloud. */
function texts() {
  const english = document.documentElement.lang === 'en'
  const skipped = (element: Element) =>
    element.closest('script, style') || (english && element.closest('[lang]')!.getAttribute('lang')!.startsWith('zh'))
  const found: (string | null)[] = []
  for (const element of document.body.querySelectorAll('*')) {
    if (skipped(element)) continue
    found.push(...['aria-label', 'title', 'alt', 'placeholder'].map((name) => element.getAttribute(name)))
    found.push(...Array.from(element.childNodes, (node) => (node.nodeType === Node.TEXT_NODE ? node.textContent : null)))
  }
  return {
    lang: document.documentElement.lang,
    h1: document.querySelectorAll('h1').length,
    title: document.title,
    texts: found.map((text) => text?.trim() ?? '').filter((text) => text !== ''),
  }
}
