// Small files of rows, and what winnow plan says of them.
import { join } from 'node:path'
import { expect } from 'vitest'
import type { RunPlan } from '../../src/job/plan/report.ts'
import { tempDir, writeJsonl } from './files.ts'
import { runWinnow } from './run-winnow.ts'
import { makeRows } from './synthetic.ts'

export const QUIET = ['--no-check', '--confirm', '0']
export const TWO = ['--screen', 'gpt-5.4-nano', '--judge', 'gpt-5.4-mini', ...QUIET]

/** Rows in a file of a folder of their own. */
export function place(count = 12) {
  const folder = tempDir()
  const rows = makeRows(count)
  const file = (name: string, some = rows) => writeJsonl(join(folder, name), some)
  return { folder, rows, file, ledger: ['--ledger', join(folder, 'ledger.db')] }
}

export async function planned(args: string[]): Promise<RunPlan> {
  const { stdout, stderr, code } = await runWinnow(['plan', ...args, '--json'])
  expect(code, stderr).toBe(0)
  return JSON.parse(stdout) as RunPlan
}
