// Runs by batch files in a folder of their own: starting, going on to the end, and what must be true of the files then.
import { readFileSync, utimesSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'vitest'
import type { Manifest } from '../../../src/job/manifest.ts'
import { StopRun } from '../../../src/llm/errors.ts'
import { openLedger } from '../../../src/llm/ledger/open.ts'
import { outputsAt, tempDir, writeJsonl } from '../files.ts'
import { flagsOf, type World } from '../worlds.ts'
import { answerJobs, linesOfJob, namesOfJobs, type EngineOptions } from './file-engine.ts'

const NOWHERE = 'http://127.0.0.1:9/v1'

export interface Place {
  folder: string
  input: string
  out: string
  jobs: string
  ledger: string
}

export function placeFor(rows: readonly object[]): Place {
  const folder = tempDir()
  const input = writeJsonl(join(folder, 'rows.jsonl'), rows)
  return { folder, input, out: join(folder, 'out.jsonl'), jobs: join(folder, 'jobs'), ledger: join(folder, 'l.db') }
}

/** One start of the command. Returns its stop, if jobs are open. */
export async function start(
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

/** The command line of the same. */
export function flagsAt(world: World, { input, out, jobs, ledger }: Place, ...more: string[]): string[] {
  const files = ['--out', out, '--ledger', ledger, '--batch', `files:${jobs}`, '--quiet']
  return [world.command, input, ...files, ...flagsOf(world.settings(NOWHERE)), ...more]
}

/** Starts once, has all files answered, and returns the path of the first one's results. */
export async function answeredOnce(world: World, place: Place, engine: EngineOptions): Promise<string> {
  await start(world, place)
  answerJobs(place.jobs, engine)
  const [name = ''] = namesOfJobs(place.jobs)
  return join(place.jobs, name.replace('.jsonl', '.results.jsonl'))
}

/** Sets when a file was last changed. */
export function age(path: string, seconds: number): void {
  const then = Date.now() / 1000 - seconds
  utimesSync(path, then, then)
}

/** Starts again and again, and has files answered between. Returns the number of starts. */
export async function toTheEnd(world: World, place: Place, engine: EngineOptions, more: object = {}): Promise<number> {
  for (let starts = 1; ; starts++) {
    if ((await start(world, place, more)) === undefined) return starts
    expect(outputsAt(place.out)['rows']).toBeUndefined()
    if (answerJobs(place.jobs, engine) === 0) expect.fail('nothing is left to answer')
  }
}

/** Every request of every file has one end, and none stands in two files unless the first gave no reply. */
export async function expectAccounted({ jobs, ledger: path }: Place): Promise<void> {
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

export const readManifest = ({ out }: Place) =>
  JSON.parse(readFileSync(out.replace('.jsonl', '.manifest.json'), 'utf8')) as Required<
    Pick<Manifest, 'batch' | 'calls'>
  >
