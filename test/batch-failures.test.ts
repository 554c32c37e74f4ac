// Failures in the results of batch files: whose they are, and which of several results of a request counts.
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { age, answeredOnce, flagsAt, placeFor, type Place } from './support/batch/by-files.ts'
import { answerJobs, namesOfJobs } from './support/batch/file-engine.ts'
import { randomFrom } from './support/random.ts'
import { runWinnow } from './support/run-winnow.ts'
import { eachWorld } from './support/worlds.ts'

const RLHN = eachWorld[0] as (typeof eachWorld)[number]

describe('failures of batch files', () => {
  const [, world] = RLHN
  const right = { reply: world.rightReply, random: randomFrom(1), faults: 0 }
  const rows = world.makeRows(6)
  const flags = (place: Place, ...more: string[]) => flagsAt(world, place, ...more)
  const answered = (place: Place) => answeredOnce(world, place, right)

  it.each([
    ['all requests', 6, 2],
    ['one request', 1, 1],
  ])('in which %s are refused as a key is', async (_what, refused, code) => {
    const place = placeFor(rows)
    const ids = new Set<string>()
    for (let starts = 0; starts < 8; starts++) {
      const ran = await runWinnow(flags(place))
      if (ran.code !== 3) {
        expect(ran.code, ran.stderr).toBe(code)
        if (code === 2) expect(ran.stderr).toContain('Every other request would fail, too')
        return
      }
      answerJobs(place.jobs, right)
      for (const name of namesOfJobs(place.jobs)) {
        const results = join(place.jobs, name.replace('.jsonl', '.results.jsonl'))
        const lines = readFileSync(results, 'utf8').split('\n').filter(Boolean)
        const said = lines.map((line) => {
          const { custom_id } = JSON.parse(line) as { custom_id: string }
          if (ids.size < refused) ids.add(custom_id)
          const error = { message: 'this is not allowed' }
          return ids.has(custom_id)
            ? JSON.stringify({ custom_id, response: { status_code: 403, body: { error } } })
            : line
        })
        writeFileSync(results, said.map((line) => `${line}\n`).join(''))
        age(results, 120)
      }
    }
    expect.fail('it goes on for ever')
  })

  it('may have a failure of a request far before its reply', async () => {
    const many = world.makeRows(300)
    const place = placeFor(many)
    const results = await answered(place)
    const lines = readFileSync(results, 'utf8')
    const failures = lines
      .split('\n')
      .filter(Boolean)
      .map((line) => ({ custom_id: (JSON.parse(line) as { custom_id: string }).custom_id, error: { message: 'busy' } }))
    writeFileSync(results, failures.map((failure) => `${JSON.stringify(failure)}\n`).join('') + lines)
    const { stdout } = await runWinnow(['batch', 'import', results, '--ledger', place.ledger])
    expect(stdout).toContain(`${results}: 300 answered, 300 of requests that had their reply already`)
  })
})
