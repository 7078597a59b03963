// Candidates without a browser: the same steps over HTTP.
import { PASSWORD } from './content.ts'
import { bits, questionsOf, rightPlaces, wrongPlaces, type Keys } from './paper.ts'

/** Does `work` for every entry, so many at a time. */
export async function inParallel<T, R>(atOnce: number, entries: T[], work: (entry: T, place: number) => Promise<R>) {
  const results: R[] = []
  const queue = entries.entries()
  const worker = async () => {
    for (const [place, entry] of queue) results[place] = await work(entry, place)
  }
  await Promise.all(Array.from({ length: atOnce }, worker))
  return results
}

export class HttpCandidate {
  private cookie = ''

  constructor(private readonly url: string) {}

  /** Sets the password; signed in from then on. */
  async useLink(link: string) {
    const body = new URLSearchParams({ password: PASSWORD, repeat: PASSWORD })
    const reply = await this.send(link, { method: 'POST', body }, 303)
    this.cookie = reply.headers.get('set-cookie')!.split(';')[0]
  }

  async signIn(name: string) {
    const body = new URLSearchParams({ name, password: PASSWORD })
    const reply = await this.send('/sign-in', { method: 'POST', body }, 303)
    this.cookie = reply.headers.get('set-cookie')!.split(';')[0]
  }

  /** Starts the exam; gives the path of the attempt. */
  async start(exam: string): Promise<string> {
    return (await this.send(`${exam}/start`, { method: 'POST' }, 303)).headers.get('location')!
  }

  /** Answers every question, the first `right` of them rightly, one after another; gives the points that are due. */
  async answer(attempt: string, keys: Keys, right: number): Promise<number> {
    const questions = questionsOf(await (await this.send(attempt, {}, 200)).text())
    let points = 0
    for (const [place, question] of questions.entries()) {
      const places = place < right ? rightPlaces(keys, question) : wrongPlaces(keys, question)
      const event = { version: place + 1, item: place + 1, choice: bits(places), flagged: false }
      const body = JSON.stringify({ events: [event] })
      const headers = { 'content-type': 'application/json' }
      await this.send(`/api/v1${attempt}/answers`, { method: 'POST', body, headers }, 200)
      points += place < right ? question.points : 0
    }
    return points
  }

  async handIn(attempt: string) {
    await this.send(`${attempt}/hand-in`, { method: 'POST' }, 303)
  }

  async page(path: string): Promise<string> {
    return (await this.send(path, {}, 200)).text()
  }

  private async send(path: string, init: RequestInit, status: number): Promise<Response> {
    const headers = { ...init.headers, cookie: this.cookie, 'accept-language': 'zh-CN' }
    const reply = await fetch(this.url + path, { ...init, headers, redirect: 'manual' })
    if (reply.status !== status) throw new Error(`${path}: ${reply.status} ${await reply.text()}`)
    return reply
  }
}
