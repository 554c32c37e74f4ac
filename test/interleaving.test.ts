// Neither the order in which replies arrive nor the number of simultaneous calls changes a single byte of any output.
import { join } from 'node:path'
import * as fc from 'fast-check'
import { expect, it } from 'vitest'
import { startChatServer, type ScriptedReply, type SeenRequest } from './support/chat-server.ts'
import { outputsAt, tempDir, writeJsonl } from './support/files.ts'
import { randomFrom } from './support/random.ts'
import { keyOf } from './support/stored.ts'
import type { SyntheticRow } from './support/synthetic.ts'
import { eachWorld, isKept, moody, type World } from './support/worlds.ts'
import { partOf, repetitions } from './support/repetitions.ts'

/** Rows of every kind: repeated queries, equal rows, copies of positives, many negatives, dropped and undecided ones. */
function rowsOfEveryKind(world: World): SyntheticRow[] {
  const rows = world.makeRows(24).map((row, index) => (index % 11 === 7 ? world.eventful(row) : row))
  const [first, second, third, fourth] = rows as [SyntheticRow, SyntheticRow, SyntheticRow, SyntheticRow]
  return [
    ...rows,
    first,
    first,
    { ...second, pos: [second.neg[1] as string, 'another'] },
    { ...third, neg: [...third.neg, ` ${third.pos[0]} `] },
    ...world.long(1).rows,
    world.hopeless({ ...fourth, query: 'a row that is dropped' }),
  ]
}

const tooLong: ScriptedReply = {
  status: 400,
  body: { error: { message: 'too long', code: 'context_length_exceeded' } },
}

const setting = fc.record({
  seed: fc.nat(),
  concurrency: fc.integer({ min: 1, max: 24 }),
  slowest: fc.constantFrom(0, 3, 30),
})

it.each(partOf(eachWorld, (_world, at) => at < 2))(
  'any interleaving of replies gives the same bytes: %s',
  { timeout: 120_000 },
  async (_method, world) => {
    const input = writeJsonl(join(tempDir(), 'rows.jsonl'), rowsOfEveryKind(world))
    // By what is asked alone: also wrongly, and not at all.
    const answer = moody(world)
    const reply = (request: SeenRequest) => (world.isTooLong(request) ? tooLong : answer(request))
    let expected: object | undefined
    let asked: string[] | undefined
    await fc.assert(
      fc.asyncProperty(setting, async ({ seed, concurrency, slowest }) => {
        const random = randomFrom(seed)
        const server = await startChatServer({ reply, latencyMs: () => random() ** 3 * slowest })
        const out = join(tempDir(), 'cleaned.jsonl')
        const options = { ...world.settings(server.url), ...world.manifold, out, concurrency }
        const { rows } = await world.run(input, options, { env: {} })
        await server.close()
        const outputs = outputsAt(out)
        const keys = server.requests
          .filter((request) => isKept(world, request))
          .map(keyOf)
          .toSorted()
        expected ??= outputs
        asked ??= keys
        expect(outputs).toEqual(expected)
        expect(keys).toEqual(asked)
        expect(Math.min(...world.outcomes.map((outcome) => rows.outcomes[outcome]))).toBeGreaterThan(0)
        expect(server.peak).toBeLessThanOrEqual(concurrency)
      }),
      { numRuns: repetitions(3, 5, 20), endOnFailure: true },
    )
  },
)
