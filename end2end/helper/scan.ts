// Reads a QR code as a phone does: from the picture on the screen.
import type { Locator } from '@playwright/test'
import { createRequire } from 'node:module'

const JSQR = createRequire(import.meta.url).resolve('jsqr')

/** What a QR code in view says. */
export async function scan(code: Locator): Promise<string> {
  const page = code.page()
  const picture = (await code.screenshot()).toString('base64')
  // A page of its own: the site's rules forbid foreign scripts on its pages.
  const reader = await page.context().newPage()
  await reader.addScriptTag({ path: JSQR })
  const text = await reader.evaluate(async (picture) => {
    const image = new Image()
    image.src = `data:image/png;base64,${picture}`
    await image.decode()
    const canvas = document.createElement('canvas')
    ;[canvas.width, canvas.height] = [image.width, image.height]
    const context = canvas.getContext('2d')!
    context.drawImage(image, 0, 0)
    const { data, width, height } = context.getImageData(0, 0, image.width, image.height)
    return (window as unknown as { jsQR: typeof import('jsqr').default }).jsQR(data, width, height)?.data
  }, picture)
  await reader.close()
  if (!text) throw new Error('no QR code can be read in the picture')
  return text
}
