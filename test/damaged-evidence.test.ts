// A damaged file of evidence in Parquet leads to the same records or to a sentence, soon, whatever byte is wrong and wherever it is cut.
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { UsageError } from '../src/base/errors.ts'
import { openEvidence } from '../src/evidence/reader.ts'
import { SEAL_KEY } from '../src/evidence/seal.ts'
import { tempDir } from './support/files.ts'
import { repetitions } from './support/repetitions.ts'
import { runWinnow } from './support/run-winnow.ts'

const example = (path: string) => join(resolve(import.meta.dirname, '../examples'), path)
const TASKS = ['--tasks', example('tasks.yaml')]
const REPLIES = ['screen', 'judge'].flatMap((stage) => [`--${stage}`, `replay:${example(`replies/${stage}.jsonl`)}`])

let sound: Buffer
let records: string

async function recordsIn(path: string): Promise<string> {
  const texts: string[] = []
  for await (const { record } of (await openEvidence(path)).records()) texts.push(JSON.stringify(record))
  return texts.join('\n')
}

/** What reading these bytes leads to: the same records, or the message of a UsageError. */
async function outcomeOf(bytes: Buffer, path: string): Promise<string> {
  writeFileSync(path, bytes)
  try {
    return (await recordsIn(path)) === records ? 'same' : 'other records'
  } catch (error) {
    return error instanceof UsageError ? error.message : `${String(error)}`
  }
}

beforeAll(async () => {
  const folder = mkdtempSync(join(tmpdir(), 'winnow-damage-'))
  const args = ['clean', example('rows.jsonl'), '--out', join(folder, 'c.jsonl'), '--write-evidence', 'parquet']
  const ran = await runWinnow([...args, ...TASKS, ...REPLIES])
  expect(ran.code, ran.stderr).toBe(0)
  const path = join(folder, 'c.evidence.parquet')
  sound = readFileSync(path)
  records = await recordsIn(path)
  rmSync(folder, { recursive: true })
})

describe('damaged evidence', () => {
  test('one wrong byte anywhere', async () => {
    const path = join(tempDir(), 'e.parquet')
    const said = new Set<string>()
    for (let at = 0; at < sound.length; at += repetitions(41, 23, 1)) {
      for (const mask of [0xff, 1 << (at % 8)]) {
        const bytes = Buffer.from(sound)
        bytes[at] = (bytes[at] as number) ^ mask
        said.add((await outcomeOf(bytes, path)).replace(path, 'FILE'))
      }
    }
    const sentences = [...said].filter((each) => each !== 'same')
    expect(sentences.filter((each) => !/^FILE(:\d+)?: not an evidence file of Winnow: /.test(each))).toEqual([])
    expect(sentences.join('\n')).toContain('its bytes are not those that were written')
  })

  test('cut off anywhere', async () => {
    const path = join(tempDir(), 'e.parquet')
    for (let end = 4; end < sound.length; end += 50)
      expect(await outcomeOf(sound.subarray(0, end), path), `at ${end}`).toMatch(
        /e\.parquet: not an evidence file of Winnow/,
      )
  })

  test('of an older Winnow, without a seal: whatever is decoded, it ends', async () => {
    const path = join(tempDir(), 'e.parquet')
    const bytes = Buffer.from(sound)
    bytes.write('x', bytes.lastIndexOf(SEAL_KEY))
    expect(await outcomeOf(bytes, path)).toBe('same')
    // In the levels of the first column: the decoder goes round for ever.
    for (const at of [40, 819, 828, 870, 5730].slice(0, repetitions(1, 2, 5))) {
      const wrong = Buffer.from(bytes)
      wrong[at] = (wrong[at] as number) ^ 0xff
      expect(await outcomeOf(wrong, path)).not.toBe('same')
    }
  })

  test('apply ends with one sentence and leaves nothing behind', async () => {
    const folder = tempDir()
    const evidence = join(folder, 'e.parquet')
    const bytes = Buffer.from(sound)
    bytes[819] = (bytes[819] as number) ^ 0xff
    writeFileSync(evidence, bytes)
    const out = ['--out', join(folder, 'out.jsonl'), '--evidence', evidence]
    const ran = await runWinnow(['apply', example('rows.jsonl'), ...out])
    expect(ran.code).toBe(2)
    expect(ran.stderr).toMatch(
      /^winnow: .*e\.parquet: .*: it is damaged: its bytes are not those that were written\nEvidence files/,
    )
    expect(readdirSync(folder)).toEqual(['e.parquet'])
  })
})
