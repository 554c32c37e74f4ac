// Takes the README's picture of the studio, docs/studio.webp, from what `npm run example` wrote: npm run docs:picture
import { statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { launchChromium } from '../test/support/chromium.ts'
import { startServer } from '../test/support/studio.ts'

const target = join(import.meta.dirname, 'studio.webp')

/** The most bytes of the picture. */
const MOST = 200_000

const server = await startServer('out/cleaned.jsonl')
const browser = await launchChromium()
const page = await browser.newPage({ viewport: { width: 1440, height: 860 }, colorScheme: 'light' })
await page.goto(server.address)
await page.locator('.passage.moved mark').first().waitFor()
// Playwright writes PNG, which is three times as large, and JPEG, which blurs letters.
const session = await page.context().newCDPSession(page)
const { data } = await session.send('Page.captureScreenshot', { format: 'webp', quality: 90 })
writeFileSync(target, data, 'base64')
await browser.close()
await server.stop()
const { size } = statSync(target)
if (size > MOST) throw new Error(`${target} has ${size} bytes; at most ${MOST} belong into the repository`)
process.stdout.write(`${target}: ${size} bytes\n`)
