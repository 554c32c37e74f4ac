// A batch file beside which someone has put the results of another: they are used for that one, and cost no round.
import { renameSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { expectAccounted, flagsAt, placeFor, start, toTheEnd, type Place } from './support/batch/by-files.ts'
import { answerJobs, linesOfJob, namesOfJobs } from './support/batch/file-engine.ts'
import { outputsAt } from './support/files.ts'
import { runWinnow } from './support/run-winnow.ts'
import { eachWorld, rowsText } from './support/worlds.ts'

const [, world] = eachWorld[0] as (typeof eachWorld)[number]
const rows = world.makeRows(6)
const right = { reply: world.rightReply, random: () => 0.5, faults: 0 }

const flags = (place: Place) => flagsAt(world, place, '--batch-requests', '3')

describe('a batch file beside which are the results of another', () => {
  /** Two jobs, and where the results of each belong. */
  async function two(place: Place) {
    await start(world, place, { batchRequests: 3 })
    answerJobs(place.jobs, right)
    const [a = '', b = ''] = namesOfJobs(place.jobs).map((name) =>
      join(place.jobs, name.replace('.jsonl', '.results.jsonl')),
    )
    return { a, b, aside: join(place.folder, 'aside'), names: namesOfJobs(place.jobs) }
  }
  const idsOf = (place: Place, names: readonly string[]) =>
    names.flatMap((name) => linesOfJob(place.jobs, name).map(({ custom_id }) => custom_id))
  /** Goes on to the end; no request of the first jobs stands in a later one. */
  async function expectNothingTwice(place: Place, first: readonly string[]) {
    await toTheEnd(world, place, right, { batchRequests: 3 })
    expect(outputsAt(place.out)['rows']).toBe(rowsText(rows.map(world.cleaned)))
    await expectAccounted(place)
    const later = namesOfJobs(place.jobs).filter((name) => !first.includes(name))
    expect(later.length).toBeGreaterThan(0)
    const before = new Set(idsOf(place, first))
    expect(idsOf(place, later).filter((id) => before.has(id))).toEqual([])
  }

  it('is answered by them all the same, if its own are beside the other', async () => {
    const place = placeFor(rows)
    const { a, b, aside, names } = await two(place)
    for (const [from, to] of [
      [a, aside],
      [b, a],
      [aside, b],
    ] as const)
      renameSync(from, to)
    const { stderr } = await runWinnow(flags(place))
    const [one, other] = names.map((name) => name.replace('.jsonl', ''))
    expect(stderr).toContain(`batch job ${one}: among its results are 3 results of the job ${other}, used for that one`)
    expect(stderr.match(/among its results/g)).toHaveLength(2)
    await expectNothingTwice(place, names)
  })

  it('waits for its own, and the other is done', async () => {
    const place = placeFor(rows)
    const { a, b, aside, names } = await two(place)
    renameSync(a, aside)
    renameSync(b, a)
    for (const times of ['once', 'again']) {
      const { code, stderr } = await runWinnow(flags(place))
      expect(code, stderr).toBe(3)
      expect(stderr.includes('Nothing has come since the last start.')).toBe(times === 'again')
      expect(stderr).toContain(`${names[0]}  3 requests  the results beside it are those of other jobs`)
      expect(stderr).not.toContain(`${names[1]}  `)
    }
    renameSync(aside, a)
    await expectNothingTwice(place, names)
  })
})
