// The rows that an encoder for hardness is trained on: spread over the file, complete lines, and deleted afterwards.
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { tempDir } from '../../../test/support/files.ts'
import { openInput } from '../../rows/input.ts'
import { withSample } from './sample.ts'

const lineOf = (row: number) => JSON.stringify({ query: `q${row}`, pos: [`p${row}`], neg: [`n${row}`] })

test('at most so many rows as they stand, the same distance apart; few rows are the file itself', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 1, max: 60 }),
      fc.integer({ min: 1, max: 60 }),
      fc.boolean(),
      async (rows, most, isEnded) => {
        const folder = tempDir()
        const [path, file] = [join(folder, 'part.jsonl'), join(folder, 'rows.jsonl')]
        const lines = Array.from({ length: rows }, (_each, row) => lineOf(row))
        writeFileSync(file, lines.join('\n') + (isEnded ? '\n' : ''))
        const input = await openInput(file)
        const read = (from: string) => Promise.resolve({ from, text: readFileSync(from, 'utf8') })
        const { from, text } = await withSample({ input, rows, path }, read, most)
        expect(existsSync(path)).toBe(false)
        expect(from === file).toBe(rows <= most)
        if (rows <= most) return
        expect(text.endsWith('\n')).toBe(true)
        const drawn = text
          .trimEnd()
          .split('\n')
          .map((line) => lines.indexOf(line))
        expect(drawn).toHaveLength(most)
        const steps = drawn.slice(1).map((row, at) => row - (drawn[at] as number))
        expect(steps.every((step) => Math.abs(step - rows / most) < 1)).toBe(true)
      },
    ),
    { numRuns: 40 },
  )
})

test('bad rows are left out, and the part is gone when the work fails', async () => {
  const folder = tempDir()
  const [path, file] = [join(folder, 'part.jsonl'), join(folder, 'rows.jsonl')]
  writeFileSync(file, [lineOf(0), '{"query": 7}', lineOf(1), lineOf(2), lineOf(3), ''].join('\n'))
  const input = await openInput(file)
  const read = (from: string) => Promise.resolve(readFileSync(from, 'utf8'))
  expect(await withSample({ input, rows: 4, path }, read, 2)).toBe(`${lineOf(1)}\n${lineOf(3)}\n`)
  await expect(withSample({ input, rows: 4, path }, () => Promise.reject(new Error('no')), 2)).rejects.toThrow('no')
  expect(existsSync(path)).toBe(false)
})
