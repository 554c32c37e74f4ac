// A batch file, as its user meets it: what is said of it, what is refused, what happens when it is lost, late, wrong or never answered.
import { appendFileSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { StopRun } from '../src/llm/errors.ts'
import { openLedger } from '../src/llm/ledger/open.ts'
import {
  age,
  answeredOnce,
  flagsAt,
  expectAccounted,
  placeFor,
  start,
  toTheEnd,
  type Place,
} from './support/batch/by-files.ts'
import { answerJobs, linesOfJob, namesOfJobs } from './support/batch/file-engine.ts'
import { outputsAt, tempDir } from './support/files.ts'
import { randomFrom } from './support/random.ts'
import { runWinnow } from './support/run-winnow.ts'
import { eachWorld, rowsText } from './support/worlds.ts'

const RLHN = eachWorld[0] as (typeof eachWorld)[number]

describe('a batch file', () => {
  const [, world] = RLHN
  const right = { reply: world.rightReply, random: randomFrom(1), faults: 0 }
  const rows = world.makeRows(6)
  const flags = (place: Place, ...more: string[]) => flagsAt(world, place, ...more)
  const answered = (place: Place) => answeredOnce(world, place, right)

  it('is named with what to do, and the command ends with code 3', async () => {
    const place = placeFor(rows)
    const { code, stderr } = await runWinnow(flags(place))
    expect([code, outputsAt(place.out)['rows']]).toEqual([3, undefined])
    const [name = ''] = namesOfJobs(place.jobs)
    const path = join(place.jobs, name)
    expect(stderr).toContain(`winnow: 6 requests in 1 batch job open; no rows were written\n  ${path}  6 requests`)
    const base = path.replace('.jsonl', '')
    expect(stderr).toContain(
      `vllm run-batch -i ${path} -o ${base}.part --model small && mv ${base}.part ${base}.results.jsonl\n`,
    )
    expect(stderr).not.toContain('the other rows follow')
    const [line] = linesOfJob(place.jobs, name)
    expect(line).toMatchObject({
      method: 'POST',
      url: '/v1/chat/completions',
      body: { model: 'small', max_tokens: 4096 },
    })
  })

  it('of the check is told apart: the rows follow it', async () => {
    const folder = tempDir()
    const from = [
      'clean',
      'examples/rows.jsonl',
      '--tasks',
      'examples/tasks.yaml',
      '--screen',
      'small',
      '--judge',
      'big',
    ]
    const { stderr } = await runWinnow([...from, '--out', join(folder, 'out.jsonl'), '--batch', `files:${folder}/jobs`])
    expect(stderr).toContain('They check the models, or are the pilot: the other rows follow when these are answered.')
  })

  it('is not written twice: the same command asks for the same file', async () => {
    const place = placeFor(rows)
    await start(world, place)
    const names = namesOfJobs(place.jobs)
    expect((await start(world, place))?.message).toContain('6 requests in 1 batch job open')
    expect(namesOfJobs(place.jobs)).toEqual(names)
  })

  it('whose results are still being written is waited for, and asked about again once they are not', async () => {
    const place = placeFor(rows)
    const results = await answered(place)
    const lines = readFileSync(results, 'utf8').split('\n').filter(Boolean)
    writeFileSync(results, `${lines.slice(0, 4).join('\n')}\n${lines[4]?.slice(0, 30)}`)
    expect((await start(world, place))?.message).toMatch(/2 requests {2}results are new/)
    age(results, 120)
    const stop = await start(world, place)
    expect(stop?.message).not.toContain('results are new')
    expect(
      namesOfJobs(place.jobs)
        .flatMap((name) => linesOfJob(place.jobs, name))
        .filter(({ body }) => body.model === 'small'),
    ).toHaveLength(8)
    await toTheEnd(world, place, right)
    expect(outputsAt(place.out)['rows']).toBe(rowsText(rows.map(world.cleaned)))
    await expectAccounted(place)
  })

  it('that is gone is told, and no command is shown that would read it', async () => {
    const place = placeFor(rows)
    await start(world, place)
    rmSync(join(place.jobs, namesOfJobs(place.jobs)[0] as string))
    const stop = await start(world, place)
    expect(stop?.message).toContain('no results, and the file is gone')
    expect(stop?.hint).not.toContain('vllm')
  })

  it('whose results are new is not asked again by the command that is shown, and its faults are told once', async () => {
    const place = placeFor(rows)
    writeFileSync(await answered(place), '{"custom_id": "')
    const { stderr } = await runWinnow(flags(place))
    expect(stderr).toContain('results are new')
    expect(stderr).not.toContain('vllm')
    expect(stderr.split('1 result not used')).toHaveLength(2)
  })

  it('of another run is named where this run waits for it', async () => {
    const place = placeFor(rows)
    await start(world, place)
    const stop = await start(world, place, { judge: 'another' })
    expect(stop?.message).toContain('6 requests in 1 batch job open')
    expect(stop?.message).toContain(namesOfJobs(place.jobs)[0])
  })

  it('with the results of another model is refused, naming both', async () => {
    const place = placeFor(rows)
    const results = await answered(place)
    writeFileSync(results, readFileSync(results, 'utf8').replaceAll('"model":"small"', '"model":"llama-3"'))
    age(results, 10)
    const { code, stderr } = await runWinnow(flags(place).filter((flag) => flag !== '--quiet'))
    expect(code).toBe(3)
    expect(stderr).toContain('6 results not used')
    expect(stderr).toContain('it is a reply of "llama-3", and small was asked')
  })

  it('may have its results imported from anywhere, twice, with those of others', async () => {
    const place = placeFor(rows)
    const results = await answered(place)
    const elsewhere = join(place.folder, 'moved.jsonl')
    renameSync(results, elsewhere)
    appendFileSync(
      elsewhere,
      `{"custom_id":"${'a'.repeat(32)}","response":{"choices":[{"message":{"content":"x"}}]}}\nnonsense\n`,
    )
    const imported = () => runWinnow(['batch', 'import', elsewhere, '--ledger', place.ledger])
    const first = await imported()
    expect(first.stdout).toContain(
      `${elsewhere}: 6 answered, 1 of no request in this ledger, 1 not used:\n  ${elsewhere}:8: it is no JSON object`,
    )
    const again = await imported()
    expect([again.code, again.stdout]).toEqual([
      0,
      expect.stringContaining('6 of requests that had their reply already'),
    ])
    expect((await runWinnow(['batch', 'import', place.input, '--ledger', place.ledger])).code).toBe(1)
    const { stdout } = await runWinnow(['batch', 'list', '--all', '--ledger', place.ledger])
    expect(stdout).toContain('6 requests = 6 answered')
    await toTheEnd(world, place, right)
    expect(outputsAt(place.out)['rows']).toBe(rowsText(rows.map(world.cleaned)))
  })

  it('counts towards the cap, which is never passed', async () => {
    const place = placeFor(world.makeRows(20))
    // 100 tokens in and 10 out for a dollar; by its bytes, it could cost about 25.
    const capped = { price: ['9900/1000'], maxUsd: 30, maxTokens: 20 }
    const stop = await toTheEnd(world, place, right, capped).then(
      () => expect.fail('it is not stopped'),
      (error: unknown) => error as StopRun,
    )
    expect(stop.message).toContain('the cap of $30')
    const ledger = await openLedger(place.ledger)
    const [run] = await ledger.runs.list()
    const { cost, replies } = await ledger.runs.spending(run?.id ?? '')
    await ledger.close()
    expect(replies).toBeGreaterThan(0)
    expect(cost).toBeLessThanOrEqual(30e9)
  })

  it('whose results lie about tokens costs what it could have cost', async () => {
    const place = placeFor(rows)
    const priced = { price: ['1/1'] }
    await start(world, place, priced)
    answerJobs(place.jobs, right)
    const [name = ''] = namesOfJobs(place.jobs)
    const results = join(place.jobs, name.replace('.jsonl', '.results.jsonl'))
    writeFileSync(results, readFileSync(results, 'utf8').replaceAll('"prompt_tokens":100', '"prompt_tokens":-5'))
    await start(world, place, priced)
    const ledger = await openLedger(place.ledger)
    const [run] = await ledger.runs.list()
    expect(await ledger.runs.spending(run?.id ?? '')).toMatchObject({ replies: 6, unpriced: 6, cost: 0 })
    expect((await ledger.runs.spending(run?.id ?? '')).unsettled).toBeGreaterThan(0)
    await ledger.close()
  })

  it('that is open keeps an online run from paying for the same', async () => {
    const place = placeFor(rows)
    await start(world, place)
    const online = flags(place).filter((flag) => flag !== '--batch' && !flag.startsWith('files:'))
    const { code, stderr } = await runWinnow(online)
    expect(code).toBe(2)
    expect(stderr).toContain('a batch job is open that asks the same')
    expect(stderr).toContain(`winnow batch cancel --all --ledger ${place.ledger}`)
  })

  it('that was lost can be given up, and is written anew', async () => {
    const place = placeFor(rows)
    await start(world, place)
    const [name = ''] = namesOfJobs(place.jobs)
    rmSync(join(place.jobs, name))
    const { stdout, code } = await runWinnow(['batch', 'cancel', '--all', '--ledger', place.ledger])
    expect([code, stdout]).toEqual([0, expect.stringContaining('6 requests = 6 missing')])
    await toTheEnd(world, place, right)
    expect(outputsAt(place.out)['rows']).toBe(rowsText(rows.map(world.cleaned)))
  })

  it('a request that never has a result is given up after three files, and its row is undecided', async () => {
    const place = placeFor(rows)
    const query = rows[2]?.query as string
    const isPoison = (request: { messages: { content: string }[] }) =>
      request.messages.some(({ content }) => content.includes(query))
    for (;;) {
      if ((await start(world, place)) === undefined) break
      answerJobs(place.jobs, { ...right, omits: isPoison })
    }
    const poisoned = namesOfJobs(place.jobs)
      .flatMap((name) => linesOfJob(place.jobs, name))
      .filter(({ body }) => isPoison(body))
    expect(poisoned).toHaveLength(3)
    const { rows: text, undecided } = outputsAt(place.out)
    expect(text).toBe(rowsText(rows.map((row, at) => (at === 2 ? row : world.cleaned(row)))))
    expect(undecided).toContain('ended without a result for it')
    // What a run gave up is asked again by the next.
    expect((await start(world, place))?.message).toContain('1 request in 1 batch job')
  })

  it.each([
    [['--batch', 'files:'], '--batch files: names no folder'],
    [['--batch', 'openal'], '--batch "openal": no such provider'],
    [
      ['--judge', 'replay:examples/replies/judge.jsonl'],
      '--batch files: replay:examples/replies/judge.jsonl is not asked over a server',
    ],
    [['--method', 'percpos', '--scorer', 'm@http://127.0.0.1:9/v1'], 'nothing to batch'],
  ])('%j is refused', async (more, said) => {
    const place = placeFor(rows)
    const given =
      more[0] === '--method'
        ? flags(place).filter(
            (_flag, at, all) =>
              !['--screen', '--judge', '--confirm'].includes(all[at] ?? '') &&
              !['--screen', '--judge', '--confirm'].includes(all[at - 1] ?? ''),
          )
        : flags(place)
    const { code, stderr } = await runWinnow([...given, ...more])
    expect([code, stderr]).toEqual([2, expect.stringContaining(said)])
  })
})
