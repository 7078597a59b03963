// `make dev`: builds, starts the server, and does both again whenever a file changes. It looks at the files' times four
// times a second: a few hundred files cost nothing, and it works in every file system and container.
import { spawn } from 'node:child_process'
import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'

const server = 'target/debug/mingfa'
const serve = ['serve', '--database', process.env.DATABASE, '--demo', ...(process.env.ARGS ?? '').split(' ').filter(Boolean)]
const running = new Set()
let child = null

function start(command, args) {
  const process = spawn(command, args, { stdio: ['ignore', 'inherit', 'inherit'] })
  running.add(process)
  process.ended = new Promise((resolve) => {
    process.on('error', () => resolve(1))
    process.on('exit', (code) => resolve(code ?? 1))
  }).finally(() => running.delete(process))
  return process
}

const ok = async (command, ...args) => (await start(command, args).ended) === 0

async function restart() {
  if (child) {
    child.kill('SIGTERM')
    // An open live view must not hold up the next version.
    const stubborn = setTimeout(() => child.kill('SIGKILL'), 1000)
    await child.ended
    clearTimeout(stubborn)
  }
  child = start(server, serve)
}

const time = (file) => statSync(file, { throwIfNoEntry: false })?.mtimeMs

async function buildServer() {
  const before = time(server)
  if (!(await ok('cargo', 'build', '--quiet', '--features', 'ssr', '--bin', 'mingfa'))) return false
  if (!child || child.exitCode !== null || time(server) !== before) await restart()
  return true
}

const wasm = 'target/wasm/wasm32-unknown-unknown/debug/mingfa.wasm'
let wasmTime
async function buildBrowser() {
  if (!(await ok('tools/site.sh', 'wasm', 'dev'))) return false
  if (time(wasm) === wasmTime) return true
  if (!(await ok('tools/site.sh', 'browser', 'dev'))) return false
  wasmTime = time(wasm)
  return true
}

const steps = {
  server: buildServer,
  browser: buildBrowser,
  style: () => ok('tools/site.sh', 'style'),
  public: () => ok('tools/site.sh', 'public'),
}

async function build(names) {
  const from = performance.now()
  const results = await Promise.all(names.map((name) => steps[name]()))
  const seconds = ((performance.now() - from) / 1000).toFixed(1)
  console.log(results.every(Boolean) ? `dev: ${names.join(', ')} ready after ${seconds} s` : 'dev: not built; the last version goes on running')
}

// Every watched file with its time, and which steps a change of it needs.
const watched = {
  src: ['server', 'browser'],
  'Cargo.toml': ['server', 'browser'],
  'Cargo.lock': ['server', 'browser'],
  migrations: ['server'],
  style: ['style'],
  public: ['public'],
}
function look() {
  const seen = new Map()
  const visit = (path, names) => {
    const stat = statSync(path, { throwIfNoEntry: false })
    if (!stat) return
    seen.set(path, { time: stat.mtimeMs, names })
    if (stat.isDirectory()) for (const entry of readdirSync(path)) visit(join(path, entry), names)
  }
  for (const [path, names] of Object.entries(watched)) visit(path, names)
  return seen
}

let stopping = false
function stop() {
  stopping = true
  for (const process of running) process.kill('SIGTERM')
  setTimeout(() => {
    for (const process of running) process.kill('SIGKILL')
    process.exit(0)
  }, 1000).unref()
}
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, stop)

let last = look()
await build(['style', 'public', 'browser', 'server'])
while (!stopping) {
  const now = look()
  const names = new Set()
  for (const [path, { time, names: needed }] of now) {
    if (last.get(path)?.time !== time) needed.forEach((name) => names.add(name))
  }
  for (const [path, { names: needed }] of last) {
    if (!now.has(path)) needed.forEach((name) => names.add(name))
  }
  last = now
  if (names.size > 0) await build([...names])
  else await new Promise((resolve) => setTimeout(resolve, 250))
}
