// Runs by batch files: whatever engines do to them, the rows come out as if they had been asked online, and every request is accounted for.
import { copyFileSync, readdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { StopRun } from '../src/llm/errors.ts'
import { openLedger } from '../src/llm/ledger/open.ts'
import { answerJobs, linesOfJob, namesOfJobs, type EngineOptions } from './support/batch/file-engine.ts'
import { outputsAt, tempDir, writeJsonl } from './support/files.ts'
import { randomFrom } from './support/random.ts'
import { repetitions } from './support/repetitions.ts'
import { runWinnow } from './support/run-winnow.ts'
import { eachWorld, flagsOf, rowsText, type World } from './support/worlds.ts'

const NOWHERE = 'http://127.0.0.1:9/v1'
const BATCHED = eachWorld.filter(([, world]) => world.gives === 'words')

interface Place {
  folder: string
  input: string
  out: string
  jobs: string
  ledger: string
}

function placeFor(rows: readonly object[]): Place {
  const folder = tempDir()
  const input = writeJsonl(join(folder, 'rows.jsonl'), rows)
  return { folder, input, out: join(folder, 'out.jsonl'), jobs: join(folder, 'jobs'), ledger: join(folder, 'l.db') }
}

/** One start of the command. Returns its stop, if jobs are open. */
async function start(
  world: World,
  { input, out, jobs, ledger }: Place,
  more: object = {},
): Promise<StopRun | undefined> {
  const options = { ...world.settings(NOWHERE), out, ledger, batch: `files:${jobs}`, ...more }
  try {
    await world.run(input, options, {})
    return undefined
  } catch (error) {
    if (error instanceof StopRun && error.code === 'batch-open') return error
    throw error
  }
}

/** Starts again and again, and has files answered between. Returns the number of starts. */
async function toTheEnd(world: World, place: Place, engine: EngineOptions, more: object = {}): Promise<number> {
  for (let starts = 1; ; starts++) {
    if ((await start(world, place, more)) === undefined) return starts
    expect(outputsAt(place.out)['rows']).toBeUndefined()
    if (answerJobs(place.jobs, engine) === 0) expect.fail('nothing is left to answer')
  }
}

/** Every request of every file has one end, and none stands in two files unless the first gave no reply. */
async function expectAccounted({ jobs, ledger: path }: Place): Promise<void> {
  const ledger = await openLedger(path)
  const records = await ledger.batches.list()
  const { replies } = await ledger.contents()
  await ledger.close()
  for (const { id, requests, answered, failed, missing, phase } of records) {
    expect([id, phase, answered + failed + missing]).toEqual([id, 'done', requests])
  }
  const sum = (of: (job: (typeof records)[number]) => number) => records.reduce((total, job) => total + of(job), 0)
  const written = namesOfJobs(jobs).map((name) => linesOfJob(jobs, name).map(({ custom_id }) => custom_id))
  expect(written.flat()).toHaveLength(sum(({ requests }) => requests))
  expect(replies).toBe(sum(({ answered }) => answered))
  for (const ids of written) expect(new Set(ids).size).toBe(ids.length)
}

describe.each(BATCHED)('batch files: %s', (_method, world) => {
  it('come to the rows of an online run, in as many starts as the method has rounds', async () => {
    const rows = world.makeRows(40)
    const place = placeFor(rows)
    const engine = { reply: world.rightReply, random: randomFrom(1), faults: 0 }
    const starts = await toTheEnd(world, place, engine, { batchRequests: 1000 })
    expect(starts).toBeLessThanOrEqual(5)
    expect(outputsAt(place.out)['rows']).toBe(rowsText(rows.map(world.cleaned)))
    await expectAccounted(place)
  })

  const seeds = Array.from({ length: repetitions(4, 40) }, (_, seed) => seed + 1)
  it.each(seeds)('come to the same whatever engines do: history %d', async (seed) => {
    const rows = world.makeRows(30)
    const place = placeFor(rows)
    const random = randomFrom(seed)
    const engine = { reply: world.rightReply, random, faults: 0.04 }
    await toTheEnd(world, place, engine, { batchRequests: 5 + Math.floor(random() * 40) })
    const { rows: text = '', undecided } = outputsAt(place.out)
    if (undecided === undefined) expect(text).toBe(rowsText(rows.map(world.cleaned)))
    await expectAccounted(place)
  })
})
