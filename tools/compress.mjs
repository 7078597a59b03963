// usage: node compress.mjs FOLDER
// Puts a brotli copy beside every file worth it, so that the server never compresses what does not change.
import { readdirSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { brotliCompressSync, constants } from 'node:zlib'

const worth = /\.(wasm|js|css|svg|html|json|txt|webmanifest)$/
const files = readdirSync(process.argv[2], { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile())
  .map((entry) => join(entry.parentPath ?? entry.path, entry.name))
const present = new Set(files)

for (const file of files.filter((name) => name.endsWith('.br'))) {
  if (!present.has(file.slice(0, -3))) rmSync(file)
}
for (const file of files.filter((name) => worth.test(name))) {
  const { mtime, size } = statSync(file)
  // Smaller ones fit in one packet as they are.
  if (size < 1024) continue
  if (present.has(`${file}.br`) && statSync(`${file}.br`).mtimeMs === mtime.getTime()) continue
  const packed = brotliCompressSync(readFileSync(file), {
    params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: size },
  })
  writeFileSync(`${file}.br`, packed)
  // The copy bears the time of its original: that is how the next run knows it.
  utimesSync(`${file}.br`, mtime, mtime)
  console.log(`${file}: ${size} bytes, ${packed.length} compressed`)
}
