// winnow grow: only verified passages become negatives; rows without negatives, and rows that were grown before.
import { join } from 'node:path'
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { apply } from '../src/job/apply.ts'
import { explain } from '../src/browse/explain.ts'
import { grow } from '../src/commands/grow/grow.ts'
import { startChatServer, type SeenRequest } from './support/chat-server.ts'
import { readJsonl, tempDir, writeJsonl, type Json } from './support/files.ts'
import { grownBy, OTHER, POSITIVE, ROW, SOUND, WELL_MEANT } from './support/growing.ts'
import { growingReply, growingRows, sectionOf } from './support/grown.ts'
import { repetitions } from './support/repetitions.ts'
import type { SyntheticRow } from './support/synthetic.ts'

const anyVerdict = fc.constantFrom('holds', 'violated', 'absent', 'maybe', '')
const anyVerification = fc.oneof(
  fc.record({
    requirements: fc.array(fc.record({ number: fc.integer({ min: 0, max: 5 }), verdict: anyVerdict }), {
      maxLength: 5,
    }),
    attempts_answer: fc.constantFrom<unknown>(true, false, 'no', 'yes', null, 'perhaps'),
  }),
  fc.record({
    requirements: fc.array(fc.constantFrom('holds', 'holds', 'violated', 'absent'), { minLength: 4, maxLength: 4 }),
    attempts_answer: fc.constantFrom(false, false, true),
  }),
  fc.string(),
)

test('whatever a verifier says, nothing unverified becomes a negative', { timeout: 60_000 }, async () => {
  let accepted = 0
  const check = fc.asyncProperty(fc.array(anyVerification, { minLength: 3, maxLength: 3 }), async (said) => {
    const order = [SOUND, WELL_MEANT, OTHER]
    const { added, discarded, out } = await grownBy({
      verify: (text) => {
        const reply = said[order.indexOf(text)]
        return { text: typeof reply === 'string' ? reply : JSON.stringify(reply) }
      },
    })
    const changes = readJsonl<Json & { verification: { attemptsAnswer: boolean; requirements: string[] } }>(
      out.replace('.jsonl', '.changes.jsonl'),
    )
    expect(changes.map(({ text }) => text)).toEqual(added)
    expect(added.length + discarded.length).toBe(3)
    for (const { text, verification } of changes) {
      const target = order.indexOf(text as string)
      expect(verification.attemptsAnswer).toBe(false)
      expect(verification.requirements[target]).toBe('violated')
      const lost = verification.requirements.filter((each, at) => at !== target && at < 3 && each !== 'holds')
      expect(lost.length).toBeLessThanOrEqual(1)
    }
    accepted += added.length
  })
  await fc.assert(check, { numRuns: repetitions(12, 25, 40) })
  expect(accepted).toBeGreaterThan(0)
})

describe('rows', () => {
  test('without negatives are grown, too, and decided again, and explained', async () => {
    const { after, input, out } = await grownBy({}, {}, { query: ROW.query, pos: [POSITIVE] })
    expect(after.neg).toEqual([SOUND, WELL_MEANT, OTHER])
    const again = out.replace('grown', 'again')
    await apply(input, { out: again, perRow: 2, hardnessModel: 'off' }, { env: {} })
    expect(readJsonl<SyntheticRow>(again)[0]?.neg).toEqual([SOUND, WELL_MEANT])
    expect((await explain(again, 'line:1')).candidates.map(({ discarded }) => discarded?.code)).toEqual([
      undefined,
      undefined,
      'beyond',
    ])
  })

  test('what was generated before is no reference of style, and written again it is a copy', async () => {
    const folder = tempDir()
    const server = await startChatServer({ reply: (request) => ({ text: growingReply(request) }) })
    const input = writeJsonl(join(folder, 'rows.jsonl'), growingRows(4))
    const options = {
      writer: `w@${server.url}`,
      verifier: `v@${server.url}`,
      hardnessModel: 'off',
      ledger: join(folder, 'l.db'),
    }
    const [once, twice] = [join(folder, 'once.jsonl'), join(folder, 'twice.jsonl')]
    const { growth: first } = await grow(input, { ...options, out: once }, { env: {} })
    const asked = server.requests.length
    const { growth: second } = await grow(once, { ...options, out: twice }, { env: {} })
    expect(first?.passages.accepted).toBeGreaterThan(0)
    expect(second).toMatchObject({ passages: { accepted: 0 }, gates: { 'copies-negative': first?.passages.accepted } })
    expect(server.requests).toHaveLength(asked)
    expect(readJsonl(twice)).toEqual(readJsonl(once))
    // Another order of strategies has other passages written, in a style of the mined alone.
    const { growth: third } = await grow(once, { ...options, out: twice, references: 3, seed: 2 }, { env: {} })
    const generated = readJsonl<SyntheticRow>(once).flatMap(({ neg }) => neg.slice(4))
    const asksOf = (request: SeenRequest) => sectionOf(request, 'references')
    await server.close()
    expect(server.requests.slice(asked).some((request) => asksOf(request) !== '')).toBe(true)
    for (const request of server.requests) for (const text of generated) expect(asksOf(request)).not.toContain(text)
    expect(third?.negatives).toMatchObject({ given: 16, generated: first?.passages.accepted })
  })
})
