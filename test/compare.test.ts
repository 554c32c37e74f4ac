// winnow compare, end to end: it tells a file with false negatives from one without, reports if there is nothing to compare, and continues
// where it was stopped.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { compare } from '../src/commands/compare/compare.ts'
import type { CompareReport } from '../src/commands/compare/report.ts'
import { trainEncoder } from '../src/train/train.ts'
import { ofSeedsAlone } from '../src/statistics/seeds-alone.ts'
import { evaluate } from '../src/commands/eval/evaluate.ts'
import { collectionOf, FLAGS, SMALL, unitsIn, world } from './support/comparing.ts'
import { writeJsonl } from './support/files.ts'
import { runWinnow } from './support/run-winnow.ts'
import { trainingRows } from './support/training-rows.ts'

describe('winnow compare', () => {
  it('tells planted false negatives, with controls, a plan before, a page, and the rows near what moved', async () => {
    const { folder, clean, dirty, set } = world()
    const page = join(folder, 'page.html')
    const args = ['compare', dirty, clean, '--eval', set, '--work', join(folder, 'work'), ...FLAGS]
    const ran = await runWinnow([...args, '--html', page, '--json'])
    expect(ran.code, ran.stderr).toBe(0)
    expect(ran.stderr).toMatch(/15 trainings: 3 arms with 5 seeds each, 30 steps; evaluated on set test \(80 queries\)/)
    expect(ran.stderr).toMatch(/smallest detectable difference \(80% power\): \d/)
    const report = JSON.parse(ran.stdout) as CompareReport
    expect(report.arms.map(({ name }) => name)).toEqual(['dirty', 'clean', 'clean: changed at random'])
    expect(report.arms[1]?.changes).toMatchObject({ negativesRemoved: 240, negativesAdded: 240, rows: 240, dropped: 0 })
    expect(report.arms.map(({ epochs }) => epochs)).toEqual([2, 2, 2])
    const [first] = report.differences
    expect(first).toMatchObject({ arm: 'clean', against: 'dirty', p: expect.any(Number) })
    expect(first?.mean).toBeCloseTo((report.arms[1]?.mean as number) - (report.arms[0]?.mean as number), 10)
    expect(first?.interval.low).toBeGreaterThan(0)
    expect(first?.p).toBeLessThan(0.05)
    expect(first?.sets[0]?.perQuery).toHaveLength(80)
    const bySeed = report.arms[1]?.bySeed.map((value, at) => value - (report.arms[0]?.bySeed[at] as number)) ?? []
    const { interval, p = NaN } = first?.theseQueries ?? {}
    expect(p).toBeCloseTo(ofSeedsAlone([bySeed.map((value) => [value])]).p, 10)
    expect(((interval?.low ?? NaN) + (interval?.high ?? NaN)) / 2).toBeCloseTo(first?.mean as number, 10)
    const { wins = 0, ties = 0, losses = 0 } = first?.sets[0] ?? {}
    expect(wins + ties + losses).toBe(80)
    expect(report.differences.map(({ arm, against }) => `${arm} − ${against}`)).toEqual([
      'clean − dirty',
      'clean: changed at random − dirty',
      'clean − clean: changed at random',
    ])
    const near = report.movers[0]?.queries[0]?.rows[0]
    expect(near?.changes.map(({ kind }) => kind)).toEqual(['negativesRemoved', 'negativesAdded'])
    expect(near?.changes.every(({ text }) => text.length > 5)).toBe(true)
    const html = readFileSync(page, 'utf8')
    expect(html).toMatch(/^<!doctype html>/)
    expect(html.match(/<figure/g)).toHaveLength(3)
    expect(html).not.toMatch(/<script|<link|<img|https?:|NaN/)

    // All of it is there now: nothing is trained again, and the figures are the same.
    const times = new Map(unitsIn(folder).map((unit) => [unit, readFileSync(unit, 'utf8')]))
    const again = await runWinnow(args)
    expect(again.code, again.stderr).toBe(0)
    expect(again.stdout.replace(/\s+/g, ' ')).toMatch(
      /clean − dirty, taking these queries as given: \+\d+\.\d\d \(\+\d+\.\d\d … \+\d+\.\d\d\) over the seeds, p /,
    )
    expect(html).toContain('clean − dirty, taking these queries as given')
    expect(again.stdout).toMatch(/clean − dirty +\+\d+\.\d\d +\+\d+\.\d\d … \+\d+\.\d\d/)
    for (const [unit, content] of times) expect(readFileSync(unit, 'utf8')).toBe(content)
    expect(unitsIn(folder)).toHaveLength(times.size)
  })

  it('says identical of the same rows in another order, trains nothing, and has no p-value', async () => {
    const { folder, clean, set } = world()
    const lines = readFileSync(clean, 'utf8').trim().split('\n')
    const copy = join(folder, 'copy.jsonl')
    writeFileSync(copy, `${lines.toReversed().join('\n')}\n`)
    const args = ['compare', clean, copy, '--eval', set, '--work', join(folder, 'work'), ...FLAGS]
    const ran = await runWinnow(args)
    expect(ran.code, ran.stderr).toBe(0)
    expect(ran.stdout).toBe('copy: the same rows as clean; nothing to compare\n')
    const json = await runWinnow([...args, '--json'])
    expect(json.stdout).not.toMatch(/"p"/)
    expect(unitsIn(folder)).toEqual([])
  })

  it('says identical of files that are alike among themselves, and names the first of them', async () => {
    const { folder, clean, dirty, set, options } = world()
    const copy = join(folder, 'copy.jsonl')
    writeFileSync(copy, readFileSync(clean, 'utf8').replaceAll('":', '" : '))
    const report = await compare([dirty, clean, copy], options({ eval: [set], noControls: true }))
    expect(report.arms.map(({ name, identicalTo }) => [name, identicalTo])).toEqual([
      ['dirty', undefined],
      ['clean', undefined],
      ['copy', 'clean'],
    ])
    expect(report.differences.map(({ arm, pHolm, p }) => [arm, pHolm === p])).toEqual([['clean', true]])
  })

  it('takes rows without negatives, for the batch has some', async () => {
    const { folder, dirty, set, options } = world()
    const bare = writeJsonl(
      join(folder, 'bare.jsonl'),
      trainingRows(240, 40, 3).map((row) => ({ ...row, negative_passages: [] })),
    )
    const report = await compare([dirty, bare], options({ eval: [set], noControls: true }))
    expect(report.arms[1]?.changes).toMatchObject({ negativesRemoved: 720, rows: 240 })
    expect(report.arms[1]?.mean).toBeGreaterThan(report.initial?.[0] as number)
  })

  it('says what a control cannot do, and which relevant documents are not there', async () => {
    const { folder, clean, options } = world()
    const swapped = writeJsonl(
      join(folder, 'swapped.jsonl'),
      trainingRows(240, 40, 3).map(({ positive_passages: [first, ...more], ...row }) => ({
        ...row,
        positive_passages: [{ docid: `new ${row.query_id}`, title: '', text: `new ${row.query_id}` }, ...more],
        negative_passages: [...row.negative_passages, first],
      })),
    )
    const set = collectionOf(folder, trainingRows(80, 40, 8))
    const corpus = join(set, 'corpus.jsonl')
    const lines = readFileSync(corpus, 'utf8').trim().split('\n')
    writeFileSync(corpus, lines.filter((line) => !line.includes('"d0-')).join('\n'))
    const notices: string[] = []
    const onNotice = (sentence: string) => notices.push(sentence)
    const report = await compare([clean, swapped], options({ eval: [set], steps: 1 }), { onNotice })
    expect(report.arms[1]?.changes).toMatchObject({ toNegative: 240, positivesAdded: 240 })
    expect(notices).toContainEqual(
      expect.stringMatching(/^swapped: control "changed at random" changes only \d+ of 480 passages: /),
    )
    expect(notices).toContain('set test: 2 of 60 relevant documents are not in the corpus')
  })

  it('trains anew where documents, of whatever collection, or the steps are others', async () => {
    const { folder, clean, dirty, set, options } = world()
    const other = collectionOf(folder, trainingRows(80, 40, 30), 'other')
    const given = options({ eval: [set], noControls: true, refreshNegatives: 5, corpus: other, dev: `${other}:test` })
    await compare([dirty, clean], given)
    const before = unitsIn(folder).length
    const corpus = join(other, 'corpus.jsonl')
    const text = readFileSync(corpus, 'utf8')
    writeFileSync(corpus, text.replace(/"text":"[^"]*"/, '"text":"another text"'))
    await compare([dirty, clean], given)
    expect(unitsIn(folder)).toHaveLength(before * 2)
    writeFileSync(corpus, text)
    writeFileSync(
      join(other, 'queries.jsonl'),
      readFileSync(join(other, 'queries.jsonl'), 'utf8').replace('"text":"', '"text":"more '),
    )
    await compare([dirty, clean], given)
    expect(unitsIn(folder)).toHaveLength(before * 3)
    // Another number of steps, and another collection to evaluate on.
    await compare([dirty, clean], { ...given, epochs: 1 })
    expect(unitsIn(folder)).toHaveLength(before * 4)
    writeFileSync(
      join(set, 'corpus.jsonl'),
      `${readFileSync(join(set, 'corpus.jsonl'), 'utf8')}{"_id":"new","text":"new"}\n`,
    )
    await compare([dirty, clean], { ...given, epochs: 1 })
    expect(unitsIn(folder)).toHaveLength(before * 5)
  })

  it('gives arms the same start: where nothing is learned, all are alike', async () => {
    const { clean, dirty, set, options } = world()
    const report = await compare([dirty, clean], options({ eval: [set], learningRate: 0, noControls: true }))
    expect(report.differences[0]).toMatchObject({ mean: 0, p: 1, interval: { low: 0, high: 0 } })
    expect(report.arms[0]?.mean).toBeCloseTo(report.initial?.[0] as number, 12)
    expect(report.movers[0]?.queries).toEqual([])
  })

  it('has the values that train and eval have', async () => {
    const { folder, clean, dirty, set, options } = world()
    // All start from one encoder, so that the vocabulary is the same, and choose the epoch by the same queries.
    const [from, out] = [join(folder, 'start'), join(folder, 'model')]
    const dev = `${set}:test`
    await trainEncoder(dirty, { ...SMALL, out: from, epochs: 1 })
    const { arms, differences, movers } = await compare(
      [clean, dirty],
      options({ eval: [set], noControls: true, dev, from }),
    )
    for (const [index, rows] of [clean, dirty].entries()) {
      await trainEncoder(rows, { ...SMALL, out, dev, from, seed: 3 })
      const [own] = await evaluate(out, [set], { index: join(folder, 'index'), measures: 'nDCG@10' })
      expect(Math.abs((own?.measures['nDCG@10'] as number) - (arms[index]?.bySeed[2] as number))).toBeLessThan(1e-4)
    }
    expect(differences[0]?.mean).not.toBe(0)
    // Losses are shown as gains are: what moved most comes first.
    const moved = movers[0]?.queries.map(({ before, after }) => Math.abs(after - before)) ?? []
    expect(moved).toEqual(moved.toSorted((one, other) => other - one))
    expect(moved[0]).toBeCloseTo(Math.max(...(differences[0]?.sets[0]?.perQuery ?? []).map(Math.abs)), 12)
    expect(movers[0]?.queries.some(({ before, after }) => after < before)).toBe(true)
  })

  it('stands a control beside dropped rows, gives every arm the same steps, and averages sets', async () => {
    const { folder, clean, set, options } = world()
    const lines = readFileSync(clean, 'utf8').trim().split('\n')
    const half = join(folder, 'half.jsonl')
    writeFileSync(half, `${lines.filter((_, index) => index % 2 === 0).join('\n')}\n`)
    const other = collectionOf(folder, trainingRows(40, 40, 21), 'other')
    const report = await compare([clean, half], options({ eval: [set, other] }))
    expect(report.arms.map(({ name, rows, epochs }) => [name, rows, epochs])).toEqual([
      ['clean', 240, 2],
      ['half', 120, 3.8],
      ['half: dropped at random', 120, 3.8],
    ])
    const [first] = report.differences
    const [one, two] = first?.sets ?? []
    expect(first?.mean).toBeCloseTo(((one?.mean as number) + (two?.mean as number)) / 2, 12)
    expect(report.sets.map(({ name }) => name)).toEqual(['set test', 'other test'])
    // One file is compared with the baseline: there is nothing to adjust for, and controls are no findings.
    expect(report.differences.map(({ pHolm }) => pHolm)).toEqual([first?.p, null, null])
  })

  it('escapes whatever stands in queries and rows', async () => {
    const { folder, clean, dirty, options } = world()
    const evil = ' <script>alert("1")</script>'
    const set = collectionOf(folder, trainingRows(40, 40, 8), 'evil', evil)
    const html = join(folder, 'page.html')
    const report = await compare([dirty, clean], options({ eval: [set], html, noControls: true }))
    expect(report.movers[0]?.queries[0]?.text).toContain(evil)
    const page = readFileSync(html, 'utf8')
    expect(page).toContain('&lt;script>alert(&quot;1&quot;)&lt;/script>')
    expect(page).not.toContain('<script')
  })

  it('makes torn files anew, and more seeds beside those that are there', async () => {
    const { folder, clean, dirty, set, options } = world()
    const given = options({ eval: [set], noControls: true })
    const first = await compare([dirty, clean], given)
    const units = unitsIn(folder)
    expect(units).toHaveLength(15)
    for (const unit of units.slice(0, 4)) writeFileSync(unit, readFileSync(unit, 'utf8').slice(0, 40))
    const again = await compare([dirty, clean], given)
    expect(again.differences).toEqual(first.differences)
    const more = await compare([dirty, clean], { ...given, seeds: 6 })
    expect(unitsIn(folder)).toHaveLength(18)
    expect(more.arms[0]?.bySeed.slice(0, 5)).toEqual(first.arms[0]?.bySeed)
  })

  it('mines negatives anew for every arm, and trains no file that is the same as the first', async () => {
    const { folder, clean, dirty, set, options } = world()
    const copy = join(folder, 'copy.jsonl')
    writeFileSync(copy, readFileSync(dirty))
    const mined = { refreshNegatives: 10, corpus: set }
    const report = await compare([dirty, clean, copy], options({ eval: [set], noControls: true, ...mined }))
    const own = await compare([dirty, clean], options({ eval: [set], noControls: true }))
    expect(report.arms.map(({ identicalTo }) => identicalTo)).toEqual([undefined, undefined, 'dirty'])
    expect(report.differences.map(({ arm }) => arm)).toEqual(['clean'])
    expect(report.arms[0]?.mean).not.toBe(own.arms[0]?.mean)
  })

  it('makes arms of one file by policies, from the evidence of a run', async () => {
    const { folder, set } = world()
    const examples = join(import.meta.dirname, '../examples')
    const rows = join(examples, 'rows.jsonl')
    const replay = (stage: string) => `replay:${join(examples, 'replies', `${stage}.jsonl`)}`
    const ledger = join(folder, 'ledger.db')
    const models = ['--screen', replay('screen'), '--judge', replay('judge'), '--tasks', join(examples, 'tasks.yaml')]
    const cleaned = await runWinnow(['clean', rows, '--out', join(folder, 'out.jsonl'), '--ledger', ledger, ...models])
    expect(cleaned.code, cleaned.stderr).toBeLessThan(2)
    const policies = ['--policies', 'rlhn-text,preset=rlhn-code+max-false-negatives=9', '--ledger', ledger]
    const args = [
      'compare',
      rows,
      ...policies,
      '--eval',
      set,
      '--work',
      join(folder, 'work'),
      ...FLAGS,
      '--no-controls',
    ]
    const ran = await runWinnow([...args, '--json'])
    expect(ran.code, ran.stderr).toBe(0)
    const { arms, differences } = JSON.parse(ran.stdout) as CompareReport
    expect(arms.map(({ name }) => name)).toEqual(['as given', 'rlhn-text', 'preset=rlhn-code+max-false-negatives=9'])
    const relabelled = arms.map(({ changes }) => changes?.toPositive ?? 0)
    expect(relabelled[1]).toBeGreaterThan(0)
    expect(relabelled[2]).toBeGreaterThan(relabelled[1] as number)
    expect(differences.every(({ pHolm, p }) => (pHolm as number) >= p)).toBe(true)
    const unknown = await runWinnow(['compare', rows, '--policies', 'mild', '--ledger', ledger, '--eval', set])
    expect(unknown.code).toBe(2)
    expect(unknown.stderr).toMatch(/mild.*allowed: /)
  })

  it('is stopped by Ctrl-C with 130, and keeps what was done', async () => {
    const { folder, clean, dirty, set } = world()
    const args = ['compare', dirty, clean, '--eval', set, '--work', join(folder, 'work'), ...FLAGS, '--steps', '3000']
    const ran = await runWinnow(args, {
      onStart: (child) => {
        const timer = setInterval(() => {
          if (unitsIn(folder).length >= 6) child.kill('SIGINT')
        }, 20)
        child.on('exit', () => clearInterval(timer))
      },
    })
    expect(ran.code, ran.stderr).toBe(130)
    const there = unitsIn(folder).length
    expect(there).toBeGreaterThanOrEqual(6)
    expect(readdirSync(join(folder, 'work')).filter((name) => name.includes('bags'))).toEqual([])
  })
})
