// winnow changes over the example's run: what it shows, what it counts, and what it says where something is missing.
import { appendFileSync, copyFileSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { listChanges } from '../src/browse/changes/changes.ts'
import type { ChangesOptions } from '../src/browse/changes/options.ts'
import { apply, clean } from '../src/index.ts'
import { readJsonl, sharedDir, type Json } from './support/files.ts'
import { runWinnow } from './support/run-winnow.ts'

const example = (name: string) => join(import.meta.dirname, '../examples', name)

const folder = sharedDir()
const out = join(folder, 'out.jsonl')
const beside = (list: string) => join(folder, `out.${list}.jsonl`)
const listed = (list: string) => readJsonl<Json>(beside(list))

beforeAll(async () => {
  copyFileSync(example('rows.jsonl'), join(folder, 'rows.jsonl'))
  await clean(join(folder, 'rows.jsonl'), {
    out,
    tasks: example('tasks.yaml'),
    screen: `replay:${example('replies/screen.jsonl')}`,
    judge: `replay:${example('replies/judge.jsonl')}`,
  })
})

const changes = (options: ChangesOptions = {}) => listChanges(out, options)
const idsOf = (items: readonly object[]) => items.map((item) => ['row', 'passage'].map((key) => (item as Json)[key]))

describe('the report', () => {
  test('holds every change and dropped row, in the order of the rows, and counts them', async () => {
    const { counts, items } = await changes({ limit: 10_000 })
    expect(counts).toEqual({ relabelled: 21, removed: 14, dropped: 1 })
    const lines = items.map(({ line }) => line)
    expect(lines).toEqual(lines.toSorted((one, other) => one - other))
    expect(idsOf(items.filter(({ kind }) => kind !== 'dropped'))).toEqual(idsOf(listed('changes')))
  })

  test('shows each change beside the positives of its row, with the words that answer', async () => {
    const [first] = (await changes({ limit: 1 })).items
    expect(first).toMatchObject({
      kind: 'relabelled',
      row: 'cook-pasta-salt',
      dataset: 'cooking',
      positives: [{ id: 'pasta-salt-inside' }],
      mark: { by: 'likeness', text: expect.stringMatching(/^With salt in the water .* surface\.$/) },
    })
  })

  test('shows suspects and undecided rows when they are asked for', async () => {
    const { counts, items } = await changes({ only: ['suspect', 'undecided'] })
    expect(counts).toEqual({ suspect: 2 })
    expect(items[0]).toMatchObject({ kind: 'suspect', preferred: [{ passage: 'pasta-flat-noodles' }] })
  })

  test.each<[ChangesOptions, (record: Json) => boolean]>([
    [{ verdict: 'worse' }, ({ verdict }) => verdict === 'worse'],
    [{ stage: 'duplicate' }, ({ stage }) => stage === 'duplicate'],
    [{ row: 'garden-tomato-end-rot' }, ({ row }) => row === 'garden-tomato-end-rot'],
    [{ text: 'CALCIUM' }, ({ text, reason }) => /calcium/i.test(`${String(text)}${String(reason)}`)],
    [{ dataset: 'cooking' }, ({ row }) => String(row).startsWith('cook-')],
    [
      { dataset: 'cooking', verdict: 'better' },
      ({ row, verdict }) => String(row).startsWith('cook-') && verdict === 'better',
    ],
  ])('filters: %j', async (filter, fits) => {
    const { items } = await changes({ only: ['relabelled', 'removed'], limit: 1000, ...filter })
    const expected = listed('changes').filter(fits)
    expect(expected.length).toBeGreaterThan(0)
    expect(idsOf(items)).toEqual(idsOf(expected))
  })

  test('draws at random, the same for a seed, each with the same chance', async () => {
    const drawn = async (seed: number) => idsOf((await changes({ sample: 5, seed })).items)
    expect(await drawn(1)).toEqual(await drawn(1))
    const seen = new Map<string, number>()
    for (let seed = 0; seed < 60; seed += 1) {
      for (const id of await drawn(seed)) seen.set(String(id), (seen.get(String(id)) ?? 0) + 1)
    }
    expect(seen.size).toBe(36)
    expect(Math.max(...seen.values())).toBeLessThan(25)
  })

  test('is of the output that is named: another policy, other changes', async () => {
    const other = join(folder, 'code.jsonl')
    await apply(join(folder, 'rows.jsonl'), { out: other, preset: 'rlhn-code' })
    expect((await listChanges(other)).counts).toEqual({ relabelled: 39, removed: 4 })
  })
})

describe('the command', () => {
  const run = (...more: string[]) => runWinnow(['changes', out, ...more])

  test('prints the counts first, and how to see the rest', async () => {
    const { stdout, code } = await run('--limit', '2')
    expect(code).toBe(0)
    expect(stdout).toMatch(/: 21 became positives, 14 removed, 1 row dropped; 2 shown$/m)
    expect(stdout).toContain('marked: the sentence most like the reason and the positive')
    expect(stdout).toContain('«With salt in the water')
    expect(stdout).toContain('34 more: --limit 36 shows all')
  })

  test('cuts long texts unless all of them is wanted', async () => {
    const cut = (await run('--only', 'suspect')).stdout
    const full = (await run('--only', 'suspect', '--full')).stdout
    expect(full.length).toBeGreaterThanOrEqual(cut.length)
    expect(full).not.toContain('…')
  })

  test('prints JSON with the same items', async () => {
    const printed = JSON.parse((await run('--limit', '3', '--json')).stdout) as Json
    expect(printed).toEqual(structuredClone(await changes({ limit: 3 })))
  })

  test('prints Markdown in which nothing of a text is markup', async () => {
    const hostile = { ...listed('changes')[0], text: '# <img src=x> [a](b) *c*', reason: '`d` _e_\n# f' }
    const list = readFileSync(beside('changes'))
    writeFileSync(beside('changes'), `${JSON.stringify(hostile)}\n`)
    const { stdout } = await run('--markdown', '--only', 'relabelled')
    writeFileSync(beside('changes'), list)
    expect(stdout).toContain(String.raw`- **passage**: \# \<img src=x\> \[a\](b) \*c\*`)
    expect(stdout).toContain(String.raw`- **why**: \`d\` \_e\_ \# f`)
  })

  test('says what is wrong: no output, no list, a line that is none, values', async () => {
    const { stderr, code } = await runWinnow(['changes', join(folder, 'rows.jsonl')])
    expect([code, stderr]).toEqual([2, expect.stringContaining('is not the output of a run')])
    expect((await run('--only', 'better')).stderr).toContain('"better" is none of: relabelled, removed, added')
    expect((await run('--limit', '0')).stderr).toContain('1 to 10000')
    const list = readFileSync(beside('changes'))
    appendFileSync(beside('changes'), '{"line": 4\n')
    const torn = await run()
    rmSync(beside('changes'))
    const missing = await run()
    writeFileSync(beside('changes'), list)
    expect([torn.code, torn.stderr]).toEqual([
      2,
      expect.stringMatching(/out\.changes\.jsonl:36 is not a line that Winnow wrote/),
    ])
    expect([missing.code, missing.stderr]).toEqual([2, expect.stringContaining('has no list of changes beside it')])
  })

  test('shows the changes without positives, and says why, if the input is gone or other rows', async () => {
    const input = join(folder, 'rows.jsonl')
    const rows = readFileSync(input)
    rmSync(input)
    const gone = await run('--limit', '1')
    writeFileSync(input, rows.subarray(rows.indexOf('\n') + 1))
    const other = await run('--limit', '1')
    writeFileSync(input, rows)
    expect([gone.code, gone.stderr]).toEqual([
      0,
      expect.stringMatching(/positives are not shown, because .* cannot be read/),
    ])
    expect([other.code, other.stderr]).toEqual([
      0,
      expect.stringMatching(/some positives are not shown, because .* has changed since the run/),
    ])
    for (const { stdout } of [gone, other]) {
      expect(stdout).toContain('Noodles from an unsalted pot')
      expect(stdout).not.toContain('  positive  ')
    }
  })
})
