// Runs winnow explain: as a page of 100 columns, or as JSON.
import { expect } from 'vitest'
import type { Explanation } from '../../src/browse/explain-row.ts'
import { runWinnow } from './run-winnow.ts'

export const page = (...args: string[]) => runWinnow(['explain', ...args], { env: { COLUMNS: '100' } })
export const explained = async (...args: string[]): Promise<Explanation> => {
  const ran = await runWinnow(['explain', ...args, '--json'])
  expect(ran.code, ran.stderr).toBe(0)
  return JSON.parse(ran.stdout) as Explanation
}
