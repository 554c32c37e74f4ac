// What the studio says of another policy is what `winnow apply` does with it, for every method; and it writes the same bytes.
import { readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import * as fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { UsageError } from '../src/base/errors.ts'
import type {
  Failure,
  PolicyOption,
  RowsPage,
  RowSummary,
  RowView,
  RunView,
  WhatIf,
  Written,
} from '../src/browse/api.ts'
import { apply, type ApplyOptions } from '../src/job/apply.ts'
import { startChatServer, type ChatServer } from './support/chat-server.ts'
import { outputsAt, tempDir } from './support/files.ts'
import { runWinnow } from './support/run-winnow.ts'
import { openApp, rowsIn, type OpenedStudio } from './support/studio-app.ts'
import { eachWorld, moody, rowsText, WORLDS, type World } from './support/worlds.ts'

const ROWS = 24

/** Rows of a method that were decided, and what is open over them. */
async function decided(world: World, server: ChatServer) {
  const folder = tempDir()
  const [input, out] = [join(folder, 'rows.jsonl'), join(folder, 'out.jsonl')]
  const rows = world.makeRows(ROWS)
  rows[1] = world.eventful(rows[1] as (typeof rows)[0])
  rows[2] = world.hopeless(rows[2] as (typeof rows)[0])
  writeFileSync(
    input,
    rowsText([...rows, { query: 'copies?', pos: ['a copy'], neg: ['A copy', 'text 1 of it #none'] }]),
  )
  await world.run(input, { ...world.settings(server.url), out }, {})
  return { folder, input, out, studio: await openApp(out) }
}

async function tried(studio: OpenedStudio, options: object) {
  const { status, json } = await studio.post<WhatIf & Failure>('/api/what-if', options)
  if (status !== 200) return { refused: json.error }
  for (;;) {
    const { json: view } = await studio.get<WhatIf>('/api/what-if')
    if (view.isDone) return { view }
    await new Promise(setImmediate)
  }
}

const SHARES = [0, 0.3, 0.9, 1]
const COUNTS = [0, 1, 2, 8]
/** Counts; the other numbers are shares. */
const COUNTED = ['maxFalseNegatives', 'perRow', 'maxLost']
/** A measured policy, with the precision of each kind of find. */
const MEASURED: Record<string, object> = {
  rlhn: { policy: 'measured', precision: 'better=0.97, worse=0.8' },
  arhn: { policy: 'measured', precision: 'above=0.2, answers=0.9' },
}

/** apply takes a list where the page gives one text. */
const precisionIn = ({ precision }: { precision?: string }) => (precision ? { precision: precision.split(', ') } : {})

/** The first line of an error, in its parts: options are not always checked in the same order. */
const partsOf = (message: string) =>
  message.split('\n')[0]?.replace('would be written', 'were written').split('; ').toSorted()

const unexpected = (): never => {
  throw new Error('apply did what the studio refused')
}

/** Draws values for some of the options. */
const anyOptions = (policy: readonly PolicyOption[]) =>
  fc.record(
    Object.fromEntries(
      policy
        .filter(({ name }) => !['policy', 'precision', 'relevanceLevel', 'confirm', 'rank'].includes(name))
        .map(({ name, kind, choices }) => {
          if (kind === 'flag') return [name, fc.boolean()]
          return [
            name,
            fc.constantFrom<string | number>(
              ...(choices?.filter((each) => each !== 'refill') ?? (COUNTED.includes(name) ? COUNTS : SHARES)),
            ),
          ]
        }),
    ),
    { requiredKeys: [] },
  )

const fateOf = ({ outcome, changes }: RowSummary) =>
  JSON.stringify([outcome, changes.map(({ passage, to }) => `${passage} ${to}`).toSorted()])

describe.each(eachWorld)('%s', (_method, world) => {
  let server: ChatServer
  beforeAll(async () => {
    server = await startChatServer({ reply: moody(world), forget: true })
  })
  afterAll(() => server.close())

  test('counts, rows and bytes are those of apply, whatever the options', async () => {
    const { folder, input, studio } = await decided(world, server)
    const { policy, rows: before } = (await studio.get<RunView>('/api/run')).json
    const rows = await rowsIn(studio)
    let [runs, same] = [0, 0]
    await fc.assert(
      fc.asyncProperty(anyOptions(policy ?? []), async (options) => {
        const { view, refused } = await tried(studio, options)
        runs += 1
        const other = join(folder, `apply ${runs}.jsonl`)
        const applied = apply(input, {
          ...options,
          ...precisionIn(options),
          ...keptOf(world),
          out: other,
        } as ApplyOptions)
        if (view === undefined || view.error !== null) {
          const told = view?.error ?? refused ?? ''
          const { message } = await applied.then(unexpected, (error: UsageError) => error)
          expect(partsOf(message)).toEqual(partsOf(told))
          return
        }
        const { rows: done, passages } = await applied
        expect(view.before).toMatchObject(before)
        expect(view.after).toMatchObject({ all: done.read, ...done.outcomes })
        expect(view.after.passages.positives[1]).toBe(passages.after.positive)
        expect(view.after.passages.negatives[1]).toBe(passages.after.negative)
        const now = await rowsIn(await openApp(other))
        const fates = new Map(now.map((row) => [row.line, fateOf(row)]))
        const outcomes = new Map(now.map(({ line, outcome }) => [line, outcome]))
        const differing = rows.filter((row) => fates.get(row.line) !== fateOf(row)).map(({ line }) => line)
        const found = (await studio.get<RowsPage>('/api/rows?whatIf=1&limit=500')).json.rows.map(({ line }) => line)
        expect(found).toEqual(differing)
        expect(view.differing).toBe(differing.length)
        for (const { line } of rows.slice(0, 4)) {
          const { whatIf } = (await studio.get<RowView>(`/api/rows/${line}`)).json
          expect([line, whatIf?.outcome]).toEqual([line, differing.includes(line) ? outcomes.get(line) : undefined])
        }
        const { json: written } = await studio.post<Written>('/api/what-if/write', { out: `studio ${runs}.jsonl` })
        expect(written.rows).toEqual({ all: done.read, ...done.outcomes })
        expect(outputsAt(join(folder, `studio ${runs}.jsonl`))).toEqual(outputsAt(other))
        same += 1
      }),
      { numRuns: 12, examples: world.method in MEASURED ? [[MEASURED[world.method] as object]] : [] },
    )
    expect(same).toBeGreaterThan(2)
  })

  test('the command that it tells writes the same file', async () => {
    const { folder, studio } = await decided(world, server)
    const { policy } = (await studio.get<RunView>('/api/run')).json
    const { name = '', choices, value } = policy?.find((each) => each.choices !== null) ?? {}
    await tried(studio, { [name]: choices?.find((each) => each !== value) ?? '' })
    const { json } = await studio.post<Written>('/api/what-if/write', { out: 'its.jsonl' })
    const other = join(folder, 'again.jsonl')
    const words = json.command.split(' ').slice(1)
    const { code, stderr } = await runWinnow(words.map((word) => (word.endsWith('its.jsonl') ? other : word)))
    expect([code === 0 || code === 1, stderr.includes('Error')]).toEqual([true, false])
    expect(outputsAt(other)).toEqual(outputsAt(join(folder, 'its.jsonl')))
  })
})

/** What apply needs besides the policy, as the file was made. */
const keptOf = ({ command }: World) => (command === 'grow' ? { hardnessModel: 'off' } : {})

describe('what may be asked', () => {
  const [world] = WORLDS as [World]
  let server: ChatServer
  beforeAll(async () => {
    server = await startChatServer({ reply: (request) => ({ text: world.rightReply(request) }), forget: true })
  })
  afterAll(() => server.close())

  test('the next change of a control ends the one before; an option that is taken back is as in the file', async () => {
    const { studio } = await decided(world, server)
    const [first, second] = await Promise.all([
      studio.post<WhatIf>('/api/what-if', { better: 'keep' }),
      studio.post<WhatIf>('/api/what-if', { worse: 'relabel' }),
    ])
    expect([first.json.isDone, second.json.isDone]).toEqual([false, false])
    const { view } = await tried(studio, { worse: '' })
    expect(view).toMatchObject({ options: { worse: '' }, isDone: true, differing: 0, moves: [], error: null })
    expect((await studio.get<RowsPage>('/api/rows?whatIf=1')).json.total).toBe(0)
  })

  test('options that are none, files, and values that are not allowed are refused', async () => {
    const { studio } = await decided(world, server)
    expect((await studio.get<Failure>('/api/what-if')).json.error).toBe('no policy is being tried')
    const refusals = [
      [{ known: '/etc/passwd' }, /no options of the policy of rlhn: known; allowed: preset, better/],
      [{ gold: '/etc/passwd' }, /gold/],
      [{ judge: 'other' }, /judge/],
      [{ out: '/tmp/x' }, /out/],
      [{ __proto__: null, constructor: 'x' }, /constructor/],
      [{ better: 'eat' }, /--better "eat": allowed: relabel, remove, keep, drop-row/],
      [{ better: ['keep'] }, /better \["keep"\]: allowed: a text, a number/],
      [{ whenNoNegativesLeft: 'refill' }, /needs documents to mine from/],
      ['[]', /not a JSON object/],
      ['{', /not a JSON object/],
    ] as const
    for (const [options, told] of refusals) {
      const { status, json } = await studio.post<Failure>('/api/what-if', options)
      expect([status, json.error]).toEqual([400, expect.stringMatching(told)])
    }
  })

  test('a file is written beside the one that is open, and none is overwritten', async () => {
    const { folder, input, out, studio } = await decided(world, server)
    await tried(studio, { better: 'remove' })
    const before = readFileSync(out)
    const names = [
      'rows.jsonl',
      'out.jsonl',
      '../x.jsonl',
      '/tmp/x.jsonl',
      '.jsonl',
      '-x.jsonl',
      'a\u0000.jsonl',
      'x',
      'sub/x.jsonl',
      '',
      7,
    ]
    for (const name of names) {
      const { status, json } = await studio.post<Failure>('/api/what-if/write', { out: name })
      expect([name, status]).toEqual([name, 400])
      expect(json.error).toMatch(/exists already|is not a name|allowed: a text/)
    }
    expect(readFileSync(out)).toEqual(before)
    expect(readFileSync(input, 'utf8')).toContain('copies?')
    const { json } = await studio.post<Written>('/api/what-if/write', { out: 'nouveau été.jsonl' })
    expect(json.command).toBe(
      `winnow apply ${input} --out '${join(dirname(out), 'nouveau été.jsonl')}' --ledger ${join(folder, '.winnow/ledger.db')} ` +
        `--run ${(await studio.get<RunView>('/api/run')).json.run} --confirm 0 --better remove`,
    )
  })
})
