// Shards of a file of rows: each worker asks about its own part, and the last one done writes the bytes of one run.
import { existsSync, mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { startChatServer } from './support/chat-server.ts'
import { linesOf, outputsAt, tempDir, writeJsonl } from './support/files.ts'
import { describeWithPostgres, sharedPostgres } from './support/postgres.ts'
import { partOf, repetitions } from './support/repetitions.ts'
import { runWinnow, type ProcessResult } from './support/run-winnow.ts'
import { keyOf } from './support/stored.ts'
import type { SyntheticRow } from './support/synthetic.ts'
import { eachWorld, flagsOf, moody, type World } from './support/worlds.ts'

const SHARDS = 5
const CALLS = repetitions(100, 200, 500)
/** A scorer's refused requests are repeated with every start, so they are not counted here. */
const someWorlds = partOf(eachWorld, ([method]) => method === 'rlhn').filter(([, { gives }]) => gives === 'words')

/** Rows with a bit of everything, and a function that runs a command over them. */
async function arrange(world: World) {
  const folder = tempDir()
  const rows = world
    .makeRows(world.rowsFor(CALLS))
    .map((row, index) => (index % 13 === 7 ? world.hopeless(row) : index % 11 === 7 ? world.eventful(row) : row))
  const input = writeJsonl(join(folder, 'rows.jsonl'), rows)
  const server = await startChatServer({ reply: moody(world) })
  const outOf = (name: string) => join(folder, name, 'out.jsonl')
  const run = (name: string, ledger: string, ...more: string[]) => {
    mkdirSync(join(folder, name), { recursive: true })
    const models = flagsOf(world.settings(server.url))
    const files = ['--out', outOf(name), '--ledger', ledger, '--quiet']
    return runWinnow([world.command, input, ...files, ...models, '--pilot', '10', '--no-stop', ...more])
  }
  const applied = (name: string, ledger: string) =>
    runWinnow(['apply', input, '--out', outOf(name), '--ledger', ledger, '--quiet'])
  const plain = await run('plain', join(folder, 'plain.db'))
  expect(plain.code, plain.stderr).toBe(1)
  const expected = outputsAt(outOf('plain'))
  const asked = server.requests.splice(0).length
  return { folder, input, server, run, applied, outOf, expected, asked }
}

const shardOf = (number: number) => `${number}/${SHARDS}`
const numbers = Array.from({ length: SHARDS }, (_, index) => index + 1)

/** How many rows a shard said that it has. */
function rowsIn({ code, stderr }: ProcessResult, done: number): number {
  expect(code, stderr).toBe(0)
  const said = new RegExp(
    `^winnow: shard \\d/${SHARDS} has gathered its (\\d+) rows; ${done} of ${SHARDS} shards (is|are) done, and no rows were written\n` +
      'Once all are, the same command without --shard, or winnow apply, writes all rows for free.\n$',
    'm',
  )
  const [, rows] = said.exec(stderr) ?? []
  expect(rows, stderr).toBeDefined()
  return Number(rows)
}

/** A row without the columns that a method adds to all. */
function textsOf(line: string): string {
  const { query, pos, neg } = JSON.parse(line) as SyntheticRow
  return JSON.stringify([query, pos, neg])
}

/** Rows of the shard that is not done are undecided, and all others as one run has them. */
function expectAppliedInPart(
  { code, stderr }: ProcessResult,
  [input, out, whole]: readonly [string, string, string],
): void {
  expect(code, stderr).toBe(1)
  expect(stderr).toMatch(
    /run r\w+ was gathered in shards, and not all are done\. As far as .* knows: of 5 shards of \d+ rows, done: 1 to 3, 5; not done: 4\. So rows without/,
  )
  const [unchanged, right] = [new Set(linesOf(input).map(textsOf)), new Set(linesOf(whole))]
  const others = linesOf(out).filter((line) => !right.has(line))
  expect(others.filter((line) => !unchanged.has(textsOf(line)))).toEqual([])
  const undecided = linesOf(out.replace('.jsonl', '.undecided.jsonl'))
  expect(undecided.length).toBeGreaterThan(linesOf(whole.replace('.jsonl', '.undecided.jsonl')).length)
  expect(others.length).toBeLessThanOrEqual(undecided.length)
  expect(others.length).toBeGreaterThan(0)
}

/** @param place makes the place of a ledger in a folder */
function describeShards(name: string, place: (folder: string) => Promise<string>): void {
  describe(name, () => {
    it.each(someWorlds)('one after another: the last writes what one run writes: %s', async (_method, world) => {
      const { folder, input, server, run, applied, outOf, expected, asked } = await arrange(world)
      const ledger = await place(folder)
      let rows = 0
      for (const number of [3, 1, 5, 2]) {
        rows += rowsIn(await run(shardOf(number), ledger, '--shard', shardOf(number)), [3, 1, 5, 2].indexOf(number) + 1)
        expect(existsSync(outOf(shardOf(number)))).toBe(false)
      }
      // Gathered again, it is no further shard.
      rowsIn(await run('again', ledger, '--shard', '3/5'), 4)
      expect(rows).toBeGreaterThan(0)
      expect(server.requests.length).toBeLessThan(0.95 * asked)
      expectAppliedInPart(await applied('part', ledger), [input, outOf('part'), outOf('plain')])
      const last = await run('last', ledger, '--shard', '4/5')
      expect((await applied('whole', ledger)).stderr).not.toMatch(/shard|to its end/)
      expect(outputsAt(outOf('whole'))['rows']).toEqual(expected['rows'])
      expect(last.code, last.stderr).toBe(1)
      expect(outputsAt(outOf('last'))).toEqual(expected)
      expect(new Set(server.requests.map(keyOf)).size).toBe(server.requests.length)
      expect(server.requests).toHaveLength(asked)
      // So does the command without --shard, and any shard of a run that is complete; the manifest is a recipe for all rows.
      for (const more of [[], ['--shard', '2/5']]) {
        const whole = await run('whole', ledger, ...more)
        expect(whole.code, whole.stderr).toBe(1)
        expect(outputsAt(outOf('whole'))).toEqual(expected)
      }
      expect(readFileSync(outOf('last').replace('.jsonl', '.manifest.json'), 'utf8')).not.toContain('"shard"')
      await server.close()
      expect(server.requests).toHaveLength(asked)
    })

    it.each(someWorlds)('at once: one at least writes what one run writes: %s', async (_method, world) => {
      const { folder, server, run, outOf, expected, asked } = await arrange(world)
      const ledger = await place(folder)
      const ran = await Promise.all(numbers.map((number) => run(shardOf(number), ledger, '--shard', shardOf(number))))
      await server.close()
      const writers = numbers.filter((number) => existsSync(outOf(shardOf(number))))
      expect(writers.length, ran.map(({ stderr }) => stderr).join('\n')).toBeGreaterThan(0)
      for (const number of writers) expect(outputsAt(outOf(shardOf(number)))).toEqual(expected)
      for (const [index, { code, stderr }] of ran.entries()) {
        if (!writers.includes(index + 1))
          expect(`${code} ${stderr}`).toMatch(/^0 .*\nwinnow: shard \d\/5 has gathered its \d+ rows/s)
      }
      expect(new Set(server.requests.map(keyOf)).size).toBe(asked)
      expect(server.requests).toHaveLength(asked)
    })
  })
}

describeShards('shards over a file', (folder) => Promise.resolve(join(folder, 'ledger.db')))

describeWithPostgres('in PostgreSQL', () => {
  const postgres = sharedPostgres()
  describeShards('shards', () => postgres().database())
})

describe('--shard', () => {
  it.each(['0/5', '6/5', '3', '1/0', 'a/b', '1/20000'])('refuses %s', async (shard) => {
    const ran = await runWinnow(['clean', 'rows.jsonl', '--out', 'out.jsonl', '--shard', shard], { cwd: tempDir() })
    expect(ran.code).toBe(2)
    expect(ran.stderr).toContain('I/N, such as 3/16, with I from 1 to N and N up to 10000')
  })

  it('of another number, or under another --limit, is told of the shards with which it does not count', async () => {
    const [[, world] = []] = eachWorld
    const { folder, server, run } = await arrange(world as World)
    const ledger = join(folder, 'mixed.db')
    const first = await run('one', ledger, '--shard', '1/3')
    expect(first.stderr).not.toContain('count together')
    const ran = await run('two', ledger, '--shard', '2/4')
    await server.close()
    expect(ran.code, ran.stderr).toBe(0)
    expect(ran.stderr).toMatch(
      /note: shards count together only .* the ledger has also, of 3 shards of \d+ rows, done: 1; not done: 2 to 3\n/,
    )
  })

  it('may have no rows', async () => {
    const [[, world] = []] = eachWorld
    const { folder, server, run, outOf, expected } = await arrange(world as World)
    const ledger = join(folder, 'few.db')
    const ran = await run('few', ledger, '--limit', '2', '--shard', '1/9999', '--pilot', '0')
    expect(ran.code, ran.stderr).toBe(0)
    expect(ran.stderr).toMatch(/winnow: shard 1\/9,?999 has gathered its [01] rows?; 1 of 9999 shards is done/)
    const applied = await run('whole', ledger)
    await server.close()
    expect(applied.code, applied.stderr).toBe(1)
    expect(outputsAt(outOf('whole'))).toEqual(expected)
  })
})
