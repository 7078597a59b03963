// A server of its own for each test file, on a new database of the engine that the project is named after.
import { execFileSync, spawn, type ChildProcess } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

const BIN = resolve(process.env.MINGFA_BIN ?? '../target/debug/mingfa')

export interface Server {
  url: string
  /** The file of the database; empty on PostgreSQL. */
  file: string
  /** One-time link of the first administrator. */
  adminLink: string
  /** A new one-time link for somebody. */
  linkFor(name: string): string
  /** Runs another command of the program on the same database; gives what it prints. */
  run(...args: string[]): string
  /** Kills the server as a power cut does, and starts it again after so many seconds at the same address. */
  cutPower(seconds: number): Promise<void>
  stop(): Promise<void>
}

export async function startServer(engine: string, ...args: string[]): Promise<Server> {
  const { address, drop } = engine === 'postgres' ? postgres() : sqlite()
  const serve = (listen: string) =>
    spawn(BIN, ['serve', '--database', address, '--listen', listen, ...args], {
      env: { ...process.env, RUST_LOG: 'warn,sqlx=error' },
      stdio: ['ignore', 'pipe', 'inherit'],
    })
  let child = serve('127.0.0.1:0')
  const link = await firstLink(child)
  const { origin: url, host } = new URL(link)
  const run = (...args: string[]) => execFileSync(BIN, [...args, '--database', address], { encoding: 'utf8' })
  const end = async (signal: NodeJS.Signals) => {
    const ended = new Promise((done) => child.once('exit', done))
    if (child.exitCode === null && child.kill(signal)) await ended
  }
  return {
    url,
    file: address.startsWith('sqlite:') ? address.slice('sqlite:'.length) : '',
    adminLink: link,
    linkFor: (name) => run('link', name, '--url', url).trim(),
    run,
    cutPower: async (seconds) => {
      await end('SIGKILL')
      await sleep(seconds * 1000)
      child = serve(host)
      for (let tries = 0; tries < 100; tries++) {
        if (await fetch(url).then((reply) => reply.ok, () => false)) return
        await sleep(200)
      }
      throw new Error('the server did not come back')
    },
    stop: async () => {
      await end('SIGTERM')
      drop()
    },
  }
}

function sqlite() {
  const folder = mkdtempSync(join(tmpdir(), 'mingfa-e2e-'))
  return { address: `sqlite:${join(folder, 'mingfa.db')}`, drop: () => rmSync(folder, { recursive: true }) }
}

function postgres() {
  const cluster = process.env.MINGFA_TEST_POSTGRES
  if (!cluster) throw new Error('MINGFA_TEST_POSTGRES is not set; run the tests with `make e2e`')
  const name = `e2e_${process.pid}_${Date.now()}`
  const sql = (text: string) => execFileSync('psql', ['-qX', '-d', cluster, '-c', text], { stdio: 'inherit' })
  sql(`CREATE DATABASE ${name}`)
  return { address: cluster.replace('/postgres?', `/${name}?`), drop: () => sql(`DROP DATABASE ${name}`) }
}

/** What the server prints when it is ready: its address, and the link that holds it too. */
function firstLink(child: ChildProcess): Promise<string> {
  return new Promise((found, failed) => {
    let printed = ''
    child.stdout!.on('data', (piece) => {
      printed += piece
      const link = printed.match(/http:\S+\/link\/[0-9a-f]+/)
      if (link) found(link[0])
    })
    child.once('error', failed)
    child.once('exit', (code) => failed(new Error(`the server ended (${code}) before it was ready:\n${printed}`)))
  })
}
