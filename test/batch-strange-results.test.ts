// What stands where the results of a batch file should be and is of no use: it is told, it costs no further round, and the right ones may still come.
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { gzipSync, zstdCompressSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import {
  age,
  answeredOnce,
  expectAccounted,
  flagsAt,
  placeFor,
  start,
  toTheEnd,
  type Place,
} from './support/batch/by-files.ts'
import { linesOfJob, namesOfJobs } from './support/batch/file-engine.ts'
import { outputsAt } from './support/files.ts'
import { runWinnow } from './support/run-winnow.ts'
import { eachWorld, rowsText } from './support/worlds.ts'

const [, world] = eachWorld[0] as (typeof eachWorld)[number]
const rows = world.makeRows(6)
const right = { reply: world.rightReply, random: () => 0.5, faults: 0 }

/** A place whose first job is answered, its results, and the same command. */
async function placeAnswered() {
  const place = placeFor(rows)
  const results = await answeredOnce(world, place, right)
  const again = () => runWinnow(flagsAt(world, place))
  return { place, results, again, sound: readFileSync(results, 'utf8') }
}

const jobsOf = (place: Place, model: string) =>
  namesOfJobs(place.jobs).filter((name) => linesOfJob(place.jobs, name)[0]?.body.model === model)

async function expectRight(place: Place): Promise<void> {
  await toTheEnd(world, place, right)
  expect(outputsAt(place.out)['rows']).toBe(rowsText(rows.map(world.cleaned)))
  await expectAccounted(place)
}

describe('results that cannot be used', () => {
  const USELESS = 'none of the results beside it can be used'
  const OTHERS = 'the results beside it are those of other jobs'
  it.each<[string, (sound: string, place: Place) => string | Buffer, string, string]>([
    ['of another model', (sound) => sound.replaceAll('"model":"small"', '"model":"llama-3"'), USELESS, '"llama-3"'],
    ['in UTF-16', (sound) => Buffer.from(sound, 'utf16le'), USELESS, ':1: it is no JSON object'],
    ['as an array', (sound) => `[${sound.trim().replaceAll('\n', ',')}]`, USELESS, ':1: it is no JSON object'],
    [
      'that are the requests',
      (_sound, { jobs }) => readFileSync(join(jobs, namesOfJobs(jobs)[0] as string)),
      USELESS,
      ':1: it is a request, not a result',
    ],
    [
      'of another ledger',
      (sound) => sound.replaceAll('"custom_id":"', '"custom_id":"x'),
      OTHERS,
      '6 results of no request',
    ],
  ])('%s leave their job open, and right ones take their place', async (_what, spoilt, said, why) => {
    const { place, results, again, sound } = await placeAnswered()
    writeFileSync(results, spoilt(sound, place))
    age(results, 120)
    for (const time of ['first', 'second']) {
      const { code, stderr } = await again()
      expect([time, code, stderr]).toEqual([time, 3, expect.stringContaining(`  6 requests  ${said}`)])
      expect(stderr).toContain(why)
      expect(stderr).not.toContain('vllm')
    }
    writeFileSync(results, sound)
    await expectRight(place)
    expect(jobsOf(place, 'small')).toHaveLength(1)
  })

  it('as an engine leaves them that died in its first line are asked for again', async () => {
    const { place, results, sound } = await placeAnswered()
    writeFileSync(results, sound.slice(0, 40))
    age(results, 120)
    await expectRight(place)
    expect(jobsOf(place, 'small')).toHaveLength(2)
  })

  it('that have not their name, or whose name a folder has, are told', async () => {
    const { place, results, again, sound } = await placeAnswered()
    rmSync(results)
    mkdirSync(results)
    expect((await again()).stderr).toContain(`  6 requests  ${basename(results)} is a folder: results are a file`)
    rmSync(results, { recursive: true })
    const bare = results.replace(/\.jsonl$/, '')
    writeFileSync(bare, sound)
    expect((await again()).stderr).toContain(
      `${basename(bare)} is a file: results are looked for in ${basename(results)}`,
    )
    renameSync(bare, results)
    await expectRight(place)
  })
})

describe('results that are compressed', () => {
  it.each([
    ['gz', gzipSync],
    ['zst', zstdCompressSync],
  ])('are read, with .%s in their name', async (ending, compress) => {
    const { place, results, sound } = await placeAnswered()
    rmSync(results)
    writeFileSync(`${results}.${ending}`, compress(sound))
    await start(world, place)
    expect(jobsOf(place, 'small')).toHaveLength(1)
    expect(jobsOf(place, 'large')).toHaveLength(1)
  })

  it('and cut off count as far as they go', async () => {
    const { place, results, again, sound } = await placeAnswered()
    writeFileSync(results, gzipSync(sound).subarray(0, -20))
    age(results, 120)
    expect((await again()).stderr).toMatch(/results\.jsonl: it cannot be read.*unexpected end of file/)
    await expectRight(place)
  })
})

describe('results that say an error', () => {
  it('are told with their reasons', async () => {
    const { place, results, again, sound } = await placeAnswered()
    const lines = sound.trim().split('\n')
    const failed = lines.slice(0, 2).map((line) => {
      const { custom_id } = JSON.parse(line) as { custom_id: string }
      return JSON.stringify({ custom_id, response: null, error: { message: 'out of memory' } })
    })
    writeFileSync(results, [...failed, ...lines.slice(2), ''].join('\n'))
    age(results, 120)
    const { stderr } = await again()
    expect(stderr).toMatch(/: 2 requests failed:\n {2}2 × the batch answered 500 for it: out of memory\n/)
    await expectRight(place)
  })

  it.each(['""', '{}', '[]'])('that is empty, %s, are replies', async (nothing) => {
    const { place, results, sound } = await placeAnswered()
    writeFileSync(results, sound.replaceAll('"error":null', `"error":${nothing}`))
    await expectRight(place)
    expect(jobsOf(place, 'small')).toHaveLength(1)
  })
})

describe('results that come late', () => {
  it('after their job has ended are used for the one that asks the same again', async () => {
    const { place, results, again, sound } = await placeAnswered()
    const lines = sound.trim().split('\n')
    writeFileSync(results, `${lines.slice(0, 2).join('\n')}\n`)
    age(results, 120)
    await again()
    const second = jobsOf(place, 'small').find((name) => !results.includes(basename(name, '.jsonl'))) ?? ''
    expect(linesOfJob(place.jobs, second)).toHaveLength(4)
    writeFileSync(results, sound)
    age(results, 120)
    const { stderr } = await again()
    const [late, open] = [basename(results, '.results.jsonl'), basename(second, '.jsonl')]
    expect(stderr).toContain(`batch job ${late}: among its results are 4 results of the job ${open}, used for that one`)
    expect(stderr).not.toContain(`${second}  `)
    await expectRight(place)
  })

  it('as failures that are known do not count again', async () => {
    const { place, results, again, sound } = await placeAnswered()
    const ids = sound
      .trim()
      .split('\n')
      .map((line) => (JSON.parse(line) as { custom_id: string }).custom_id)
    const lines = ids.map((custom_id) => JSON.stringify({ custom_id, response: null, error: { message: 'no memory' } }))
    writeFileSync(results, `${lines.join('\n')}\n`)
    age(results, 120)
    const imported = () => runWinnow(['batch', 'import', results, '--ledger', place.ledger])
    expect((await imported()).stdout).toContain(
      '6 failed, to be asked again\n  6 × the batch answered 500 for it: no memory',
    )
    expect((await imported()).stdout).toContain('6 of requests that no open job asks: start the run again')
    await again()
    for (let time = 0; time < 3; time++) {
      expect((await imported()).stdout).toContain('6 failures of requests that another job asks by now')
    }
    expect((await again()).stderr).toContain('6 requests in 1 batch job open')
    await expectRight(place)
    expect(jobsOf(place, 'small')).toHaveLength(2)
  })
})

describe('the folder of batch files', () => {
  it('that is a file is refused in one line', async () => {
    const place = placeFor(rows)
    const { code, stderr } = await runWinnow(flagsAt(world, { ...place, jobs: place.input }))
    expect([code, stderr]).toEqual([2, `winnow: cannot write ${place.input}: there is a file of this name\n`])
    await expectRight(place)
  })

  it('may need quotes in a shell', async () => {
    const place = { ...placeFor(rows) }
    const { stderr } = await runWinnow(flagsAt(world, { ...place, jobs: join(place.folder, 'my $jobs') }))
    const base = join(place.folder, 'my $jobs', 'small-')
    expect(stderr).toContain(`vllm run-batch -i '${base}`)
    expect(stderr).toMatch(/ --model small && mv '.*\.part' '.*\.results\.jsonl'\n/)
  })

  it('that is moved is looked for, and goes on where it is', async () => {
    const { place, again } = await placeAnswered()
    const moved = `${place.jobs}-moved`
    renameSync(place.jobs, moved)
    expect((await again()).stderr).toContain('the file is gone (is it in another folder?)')
    await expectRight({ ...place, jobs: moved })
  })

  it('of another run with the same ledger is not said to be lost', async () => {
    const place = placeFor(rows)
    await start(world, place)
    await start(world, { ...place, jobs: `${place.jobs}-2`, out: join(place.folder, 'b.jsonl') }, { screen: 'tiny' })
    expect(existsSync(`${place.jobs}-2`)).toBe(true)
    const { stdout } = await runWinnow(['batch', 'list', '--ledger', place.ledger])
    expect(stdout.match(/submitted \(no results yet\)/g)).toHaveLength(2)
  })
})

it('winnow batch import reads nothing if one of its files is not there', async () => {
  const { place, results } = await placeAnswered()
  const { code, stderr } = await runWinnow(['batch', 'import', results, 'none.jsonl', '--ledger', place.ledger])
  expect([code, stderr]).toEqual([2, 'winnow: cannot read none.jsonl: no such file\n'])
  const { stdout } = await runWinnow(['batch', 'list', '--ledger', place.ledger])
  expect(stdout).toContain('6 requests = 6 open')
})
