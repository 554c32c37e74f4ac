// Debian's Chromium, or that of WINNOW_CHROMIUM, without what it does of its own accord. Suites are visibly skipped without it.
import { existsSync } from 'node:fs'
import { chromium } from 'playwright-core'
import { describe, it } from 'vitest'

const CHROMIUM = process.env['WINNOW_CHROMIUM'] ?? '/usr/bin/chromium'
const FLAGS = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

const hasChromium = existsSync(CHROMIUM)

export const launchChromium = () => chromium.launch({ executablePath: CHROMIUM, args: FLAGS })

/** Declares a suite that needs the browser. */
export function describeWithChromium(name: string, body: () => void): void {
  if (hasChromium) {
    describe(name, body)
    return
  }
  process.stderr.write(`SKIPPED: ${name}: there is no ${CHROMIUM}; set WINNOW_CHROMIUM\n`)
  describe(`${name} (no Chromium)`, () => it.skip('needs Chromium: set WINNOW_CHROMIUM', () => undefined))
}
