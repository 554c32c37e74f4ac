// Covers round trips of evidence in both formats.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as fc from 'fast-check'
import { afterAll, expect, test } from 'vitest'
import { FULFILMENTS, STRATEGIES, type Evidence } from './evidence.ts'
import type { RowLine } from '../rows/read.ts'
import { openEvidence } from './reader.ts'
import { evidenceIn, headOf, type EvidenceHead } from './record.ts'
import { EVIDENCE_FORMATS, openEvidenceSink, type EvidenceFormat } from './sink.ts'

const folder = mkdtempSync(join(tmpdir(), 'winnow-evidence-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const HEAD: EvidenceHead = headOf({
  run: 'r0123456789',
  method: 'rlhn',
  input: 'f'.repeat(64),
  models: { judge: 'm' },
  prompts: ['p@1'],
  options: { judge: 'm' },
  limit: null,
})

/** Every possible text: any script, line breaks, only digits, unpaired surrogates. */
const text = fc.oneof(
  fc.string(),
  fc.string({ unit: 'grapheme' }),
  fc.bigInt({ min: 0n, max: 2n ** 64n }).map(String),
  fc.constantFrom('', '\ud800', 'a\udc00b', '\u0000', '\r\n', '\u2028', 'null', '1.0', '__proto__', '{"kind":"rank"}'),
)
const whole = fc.integer({ min: 0, max: 2 ** 31 - 1 })
const number = fc.integer({ min: 1, max: 2 ** 31 - 1 })
const about = { passage: text, stage: text, model: text, prompt: text }
const asked = { model: text, prompt: text }
const required = (names: string[]) => ({ requiredKeys: names as never })

const evidence = fc.oneof(
  fc.record(
    {
      kind: fc.constant('verdict'),
      ...about,
      verdict: text,
      reason: text,
      strict: fc.boolean(),
      snippet: fc.record({ text, in: fc.constantFrom('text', 'title'), start: whole, end: whole }),
      step: number,
      votes: fc.record({ agree: whole, of: whole }),
    },
    required(['kind', ...Object.keys(about), 'verdict']),
  ),
  fc.record(
    {
      kind: fc.constant('rank'),
      ...about,
      order: number,
      window: text,
      rank: fc.double({ min: 1, max: 1000, noNaN: true }),
      step: number,
    },
    required(['kind', ...Object.keys(about), 'order', 'window', 'rank']),
  ),
  fc.record({
    kind: fc.constant('score'),
    ...about,
    score: fc.double({ noNaN: true, noDefaultInfinity: true }).filter((score) => !Object.is(score, -0)),
  }),
  fc.record({
    kind: fc.constant('unread'),
    stage: text,
    model: text,
    passages: fc.array(text, { maxLength: 4 }),
    why: text,
    detail: text,
    raw: fc.option(text, { nil: undefined }),
  }),
  fc.record({ kind: fc.constant('known'), passage: text, stage: fc.constantFrom('duplicate', 'known'), reason: text }),
  fc.record({ kind: fc.constant('unjudged'), passage: text, reason: text }),
  fc.record({ kind: fc.constant('exempt'), reason: text }),
  fc.record({
    kind: fc.constant('analysis'),
    ...asked,
    stage: fc.constant('analyse'),
    need: text,
    meets: text,
    boundary: text,
    requirements: fc.array(fc.record({ text, isCritical: fc.boolean() }), { maxLength: 3 }),
    perturbations: fc.array(fc.record({ requirement: number, strategy: fc.constantFrom(...STRATEGIES), how: text }), {
      maxLength: 3,
    }),
  }),
  fc.record(
    {
      kind: fc.constant('candidate'),
      ...asked,
      stage: fc.constant('write'),
      passage: text,
      text,
      title: text,
      strategy: fc.constantFrom(...STRATEGIES),
      requirement: number,
      rewrites: text,
      attempt: fc.constantFrom(1, 2),
      fault: fc.record({ gate: text, detail: text }),
    },
    required(['kind', 'passage', 'stage', 'model', 'prompt', 'text', 'strategy', 'requirement', 'attempt']),
  ),
  fc.record(
    {
      kind: fc.constant('verification'),
      ...asked,
      stage: fc.constant('verify'),
      passage: text,
      attemptsAnswer: fc.boolean(),
      requirements: fc.array(fc.constantFrom(...FULFILMENTS), { maxLength: 8 }),
      reason: text,
    },
    required(['kind', 'passage', 'stage', 'model', 'prompt', 'attemptsAnswer', 'requirements']),
  ),
) as fc.Arbitrary<Evidence>

type OfRow = { row: string; line: number; evidence: Evidence[] }

async function throughFile(format: EvidenceFormat, rows: OfRow[]) {
  const path = join(folder, `file.${format}`)
  const sink = await openEvidenceSink(path, format, HEAD)
  for (const { row, line, evidence: known } of rows) {
    await sink.write({ row: { id: row }, line: { number: line } } as RowLine, known)
  }
  await sink.commit()
  const file = await openEvidence(path)
  expect(file.head).toEqual(HEAD)
  const found: OfRow[] = []
  for await (const { record } of file.records()) {
    if (found.at(-1)?.line !== record.line) found.push({ row: record.row, line: record.line, evidence: [] })
    found.at(-1)?.evidence.push(evidenceIn(record))
  }
  return found
}

test.each(EVIDENCE_FORMATS)('%s: what is read is what was written', async (format) => {
  const someRows = fc.array(fc.record({ row: text, evidence: fc.array(evidence, { maxLength: 5 }) }), { maxLength: 6 })
  await fc.assert(
    fc.asyncProperty(someRows, async (drawn) => {
      const rows = drawn.map((each, index) => ({ ...each, line: index * 2 + 1 }))
      const found = await throughFile(format, rows)
      expect(found).toEqual(rows.filter((each) => each.evidence.length > 0))
    }),
    { numRuns: 150 },
  )
})

test.each(EVIDENCE_FORMATS)('%s: more than one group of records', async (format) => {
  const rows = Array.from({ length: 15_000 }, (_all, index): OfRow => ({
    row: String(2n ** 60n + BigInt(index)),
    line: index + 1,
    evidence: ['a', 'b', 'c'].map((passage) => ({ kind: 'unjudged', passage, reason: `${index} ${passage}` })),
  }))
  expect(await throughFile(format, rows)).toEqual(rows)
})
