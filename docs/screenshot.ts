// Takes the README's picture of the studio, docs/studio.png, from what `npm run example` wrote: node docs/screenshot.ts
import { statSync } from 'node:fs'
import { join } from 'node:path'
import { launchChromium, startServer } from '../test/support/studio.ts'

const target = join(import.meta.dirname, 'studio.png')

/** The most bytes of the picture. */
const MOST = 200_000

const server = await startServer('out/cleaned.jsonl')
const browser = await launchChromium()
const page = await browser.newPage({ viewport: { width: 1440, height: 860 }, colorScheme: 'light' })
await page.goto(server.address)
await page.locator('.passage.moved mark').first().waitFor()
await page.screenshot({ path: target })
await browser.close()
await server.stop()
const { size } = statSync(target)
if (size > MOST) throw new Error(`${target} has ${size} bytes; at most ${MOST} belong into the repository`)
process.stdout.write(`${target}: ${size} bytes\n`)
