// Golden recordings: everything that each method and command prints and writes, for the examples and for models with scripted answers. They
// must not change unless a change is intended. If it is, record anew, read the difference, and commit it:
//
//   WINNOW_RECORD=1 npx vitest run test/golden.test.ts                        all of them
//   WINNOW_RECORD=1 npx vitest run test/golden.test.ts -t ' prune$'           one
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { LABORATORY } from './golden/laboratory.ts'
import { METHODS } from './golden/methods.ts'
import { recordingOf } from './golden/record.ts'

const RECORDINGS = join(import.meta.dirname, 'golden/recordings')
const ENTRIES = [...METHODS, ...LABORATORY]
const isRecording = process.env['WINNOW_RECORD'] === '1'

describe.concurrent('recordings', { timeout: 240_000 }, () => {
  test.for(ENTRIES)('$name', async (entry, { expect: expectHere }) => {
    const path = join(RECORDINGS, `${entry.name}.txt`)
    const recording = await recordingOf(entry)
    if (isRecording) writeFileSync(path, recording)
    expectHere(recording).toBe(existsSync(path) ? readFileSync(path, 'utf8') : undefined)
  })
})

test('each recording is of one entry', () => {
  expect(readdirSync(RECORDINGS).toSorted()).toEqual(ENTRIES.map(({ name }) => `${name}.txt`).toSorted())
})
