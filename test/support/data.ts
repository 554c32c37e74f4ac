// The folder of real data: WINNOW_TEST_DATA, default ../shared/data beside the repository. Suites are visibly skipped without it.
import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { describe, it } from 'vitest'

const ROOT = resolve(import.meta.dirname, '../..')
const given = process.env['WINNOW_TEST_DATA']

/** Returns a path in the data folder. */
export function dataPath(...parts: string[]): string {
  return join(resolve(ROOT, given ?? '../shared/data'), ...parts)
}

/**
 * Declares a suite that reads `folder` of the data. If the folder is missing, the suite is skipped, or fails if WINNOW_TEST_DATA is set.
 */
export function describeWithData(folder: string, name: string, body: () => void): void {
  const path = dataPath(folder)
  if (existsSync(path)) {
    describe(name, body)
    return
  }
  if (given === undefined) {
    process.stderr.write(`SKIPPED: ${name}: there is no ${path}; set WINNOW_TEST_DATA\n`)
    describe(`${name} (no data at ${path})`, () => it.skip('needs data: set WINNOW_TEST_DATA', () => undefined))
    return
  }
  describe(name, () => {
    it('finds the data that WINNOW_TEST_DATA names', () => {
      throw new Error(`WINNOW_TEST_DATA is set, but there is no ${path}`)
    })
  })
}
