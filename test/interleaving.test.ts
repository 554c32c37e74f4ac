// The order in which replies arrive, and how many calls are made at once, changes not one byte of any output.
import { join } from 'node:path'
import * as fc from 'fast-check'
import { expect, it } from 'vitest'
import { clean } from '../src/run/clean.ts'
import { startChatServer, type Scripted, type SeenRequest } from './support/chat-server.ts'
import { outputsAt, tempDir, writeJsonl } from './support/files.ts'
import { randomFrom } from './support/random.ts'
import { keyOf } from './support/stored.ts'
import { makeRows, replyWith, rightReply, shownIn, askedIn, type SyntheticRow } from './support/synthetic.ts'

/** Rows of every kind: repeated queries, equal rows, copies of positives, many negatives, dropped and undecided ones. */
function rowsOfEveryKind(): SyntheticRow[] {
  const rows = makeRows(24)
  const [first, second, third] = rows as [SyntheticRow, SyntheticRow, SyntheticRow]
  return [
    ...rows,
    first,
    first,
    { ...second, pos: [second.neg[1] as string, 'another'] },
    { ...third, neg: [...third.neg, ` ${third.pos[0]} `] },
    { query: 'a long one', pos: ['yes'], neg: Array.from({ length: 17 }, (_all, at) => `no ${at} #none`) },
    { query: 'an ambiguous one', pos: ['yes'], neg: Array.from({ length: 9 }, (_all, at) => `yes ${at} #worse`) },
    { query: 'a row that loses all', pos: ['yes'], neg: ['also #better', 'weaker #worse'] },
  ]
}

const tooLong: Scripted = { status: 400, body: { error: { message: 'too long', code: 'context_length_exceeded' } } }

/** Answers by what is asked alone, never by when: also wrongly, and not at all. */
function reply(request: SeenRequest): Scripted {
  const shown = shownIn(request).length
  const number = Number(/\d{4}/.exec(askedIn(request))?.[0] ?? 1)
  if (shown > 5 && request.model === 'large') return tooLong
  if (number % 11 === 3) return { text: 'I cannot say.' }
  if (number % 11 === 5 && request.model === 'large') return { text: replyWith([shown + 1], []) }
  if (number % 11 === 7 && request.body['max_tokens'] === 4096) return { text: '<thinking>', finish: 'length' }
  return { text: rightReply(request) }
}

const setting = fc.record({
  seed: fc.nat(),
  concurrency: fc.integer({ min: 1, max: 24 }),
  slowest: fc.constantFrom(0, 3, 30),
})

it('any interleaving of replies gives the same bytes', { timeout: 120_000 }, async () => {
  const input = writeJsonl(join(tempDir(), 'rows.jsonl'), rowsOfEveryKind())
  let expected: object | undefined
  let asked: string[] | undefined
  await fc.assert(
    fc.asyncProperty(setting, async ({ seed, concurrency, slowest }) => {
      const random = randomFrom(seed)
      const server = await startChatServer({ reply, latencyMs: () => random() ** 3 * slowest })
      const out = join(tempDir(), 'cleaned.jsonl')
      const [screen, judge] = ['small', 'large'].map((name) => `${name}@${server.url}`)
      const options = { out, screen, judge, concurrency, maxPassages: 6, beyond: 'judge' as const, spotCheck: 0.3 }
      const { rows } = await clean(input, options, { env: {} })
      await server.close()
      const outputs = outputsAt(out)
      const keys = server.requests.map(keyOf).toSorted()
      expected ??= outputs
      asked ??= keys
      expect(outputs).toEqual(expected)
      expect(keys).toEqual(asked)
      expect(Math.min(...Object.values(rows.outcomes))).toBeGreaterThan(0)
      expect(server.peak).toBeLessThanOrEqual(concurrency)
    }),
    { numRuns: 30, endOnFailure: true },
  )
})
