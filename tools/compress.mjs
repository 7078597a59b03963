// usage: node compress.mjs FOLDER
// Puts a brotli and a gzip copy beside every file worth it, so that the server never packs what does not change.
import { readdirSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { brotliCompressSync, constants, gzipSync } from 'node:zlib'

const packers = {
  '.br': (body) => brotliCompressSync(body, {
    params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: body.length },
  }),
  // For a site without https, over which browsers take no brotli.
  '.gz': (body) => gzipSync(body, { level: 9 }),
}
const worth = /\.(wasm|js|css|svg|html|json|txt|webmanifest)$/
const files = readdirSync(process.argv[2], { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile())
  .map((entry) => join(entry.parentPath ?? entry.path, entry.name))
const present = new Set(files)

for (const file of files.filter((name) => Object.keys(packers).some((ending) => name.endsWith(ending)))) {
  if (!present.has(file.slice(0, -3))) rmSync(file)
}
for (const file of files.filter((name) => worth.test(name))) {
  const { mtime, size } = statSync(file)
  // Smaller ones fit in one packet as they are.
  if (size < 1024) continue
  for (const [ending, pack] of Object.entries(packers)) {
    const copy = `${file}${ending}`
    if (present.has(copy) && statSync(copy).mtimeMs === mtime.getTime()) continue
    const packed = pack(readFileSync(file))
    writeFileSync(copy, packed)
    // The copy bears the time of its original: that is how the next run knows it.
    utimesSync(copy, mtime, mtime)
    console.log(`${copy}: ${packed.length} of ${size} bytes`)
  }
}
