// Runs by batch files: whatever engines do to them, the rows come out as if they had been asked online, and every request is accounted for.
import { describe, expect, it } from 'vitest'
import { expectAccounted, placeFor, readManifest, toTheEnd } from './support/batch/by-files.ts'
import { outputsAt } from './support/files.ts'
import { randomFrom } from './support/random.ts'
import { repetitions } from './support/repetitions.ts'
import { eachWorld, rowsText } from './support/worlds.ts'

const BATCHED = eachWorld.filter(([, world]) => world.gives === 'words')

describe.each(BATCHED)('batch files: %s', (_method, world) => {
  it('come to the rows of an online run, in as many starts as the method has rounds', async () => {
    const rows = world.makeRows(40)
    const place = placeFor(rows)
    const engine = { reply: world.rightReply, random: randomFrom(1), faults: 0 }
    const starts = await toTheEnd(world, place, engine, { batchRequests: 1000 })
    expect(starts).toBeLessThanOrEqual(5)
    expect(outputsAt(place.out)['rows']).toBe(rowsText(rows.map(world.cleaned)))
    await expectAccounted(place)
    const { batch, calls } = readManifest(place)
    expect(batch.requests).toBe(batch.answered)
    // The last start has taken what it needed from the ledger, and each reply counts once.
    const replies = Object.values(calls).reduce((sum, { made, found }) => sum + made + found, 0)
    expect(replies).toBe(batch.answered)
  })

  const seeds = Array.from({ length: repetitions(1, 3, 40) }, (_, seed) => seed + 1)
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
