// winnow prune, end to end: it finds a dataset with wrong positives, keeps the bytes of the others, and continues where it was stopped.
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { smallestEffect } from '../src/statistics/smallest-effect.ts'
import { prune } from '../src/commands/prune/prune.ts'
import type { PruneReport } from '../src/commands/prune/report.ts'
import { tempDir, writeJsonl } from './support/files.ts'
import { collectionIn, datasets, filesIn, FLAGS, mixedDataset, SMALL } from './support/pruning.ts'
import { runWinnow } from './support/run-winnow.ts'

const verdictsOf = ({ datasets: all }: PruneReport) =>
  Object.fromEntries(all.map(({ name, verdict }) => [name, verdict]))
const withoutTimes = ({
  started: _started,
  seconds: _seconds,
  options: _options,
  outputs: _outputs,
  ...rest
}: PruneReport) => rest
describe('winnow prune', () => {
  it('prunes the dataset with wrong positives and writes the others as they were', async () => {
    const folder = tempDir()
    const paths = filesIn(folder)
    const [out, page] = [join(folder, 'out', 'kept.jsonl'), join(folder, 'page.html')]
    const args = [...FLAGS, '--eval', collectionIn(folder), '--out', out, '--html', page, '--json']
    const ran = await runWinnow(['prune', ...paths, ...args], { env: { WINNOW_CACHE: join(folder, 'cache') } })
    expect([0, 1], ran.stderr).toContain(ran.code)
    const report = JSON.parse(ran.stdout) as PruneReport
    expect(verdictsOf(report)).toMatchObject({ wrong: 'pruned' })
    expect(Object.values(verdictsOf(report)).filter((verdict) => verdict === 'pruned')).toHaveLength(1)
    expect(ran.code).toBe(Object.values(verdictsOf(report)).includes('undecided') ? 1 : 0)
    expect(readFileSync(out, 'utf8')).toBe([0, 1, 3].map((at) => readFileSync(paths[at] as string, 'utf8')).join(''))
    expect(report.keptRows).toBe(240)
    expect(JSON.parse(readFileSync(join(folder, 'out', 'kept.manifest.json'), 'utf8'))).toEqual(report)

    const wrong = report.datasets[2]?.leftOut
    expect(wrong?.effect.mean).toBeGreaterThan(0)
    expect(wrong?.reported?.mean).toBeGreaterThan(0)
    expect(wrong?.sets).toHaveLength(1)
    expect(wrong?.random?.effect.mean).toBeLessThan(wrong?.effect.mean as number)
    expect(report.together?.choices.flat()).toContain('wrong')
    expect(report.together?.effect.mean).toBeGreaterThan(0)
    // Four leave-outs and everything; all datasets have one size and share one control.
    expect(report.plan.trainings).toBe(6 * 5)
    expect(ran.stderr).toMatch(/30 trainings: 6 arms with 5 seeds each/)
    // Half of the queries has to choose: that is what can be seen.
    const halves = report.plan.sets.map(({ queries, components }) => ({ queries: queries / 2, components }))
    expect(report.plan.smallestEffect).toBeCloseTo(smallestEffect({ sets: halves, seeds: 5 }), 12)

    const markup = readFileSync(page, 'utf8')
    expect(markup).toMatch(/<h1>wrong harms: the rest trains better without it, by \d+\.\d\d points/)
    expect(markup).toContain('<svg')
    expect(markup).not.toMatch(/https?:|<script|src=/)
  })

  it('goes on after it was broken off, to the same end', async () => {
    const folder = tempDir()
    const paths = filesIn(folder)
    const options = { ...SMALL, eval: [collectionIn(folder, 40)], noControls: true }
    const [work, other] = [join(folder, 'work'), join(folder, 'other')]
    const controller = new AbortController()
    const broken = prune(
      paths,
      { ...options, work, out: join(folder, 'kept.jsonl') },
      {
        signal: controller.signal,
        onTraining: ({ done }) => done === 7 && controller.abort(new Error('enough')),
      },
    )
    await expect(broken).rejects.toThrow('enough')
    expect(existsSync(join(folder, 'kept.jsonl'))).toBe(false)
    expect(readdirSync(folder).filter((name) => name.endsWith('.part'))).toEqual([])
    const kept = () => readdirSync(work, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.json'))
    expect(kept()).toHaveLength(5 + 7)

    const arms = new Set<string>()
    const onTraining = ({ arm, seed }: { arm: string; seed: number }) => arms.add(`${arm} ${seed}`)
    const resumed = await prune(paths, { ...options, work }, { onTraining })
    const whole = await prune(paths, { ...options, work: other })
    expect(withoutTimes(resumed)).toEqual(withoutTimes(whole))
    // What was kept is not trained again: of the first seed nothing, of the second three of five.
    expect(arms.has('everything 1')).toBe(false)
    expect(arms.has('everything 3')).toBe(true)
    arms.clear()
    await prune(paths, { ...options, work }, { onTraining })
    expect([...arms]).toEqual([])
  })

  it('goes on after kill -9, from whatever stands there', async () => {
    const folder = tempDir()
    const [work, out] = [join(folder, 'work'), join(folder, 'kept.jsonl')]
    const paths = filesIn(folder)
    const given = ['--eval', collectionIn(folder, 40), '--no-controls', '--work', work, '--out', out]
    const args = ['prune', ...paths, ...FLAGS, '--steps', '150', ...given]
    const finished = () =>
      existsSync(work)
        ? readdirSync(work, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.json'))
        : []
    const killed = await runWinnow(args, {
      onStart: (child) => {
        const timer = setInterval(() => {
          if (finished().length >= 8) child.kill('SIGKILL')
        }, 2)
        child.on('exit', () => clearInterval(timer))
      },
    })
    expect(killed.stdout).toBe('')
    expect(existsSync(out)).toBe(false)
    const before = finished().length
    expect(before).toBeGreaterThanOrEqual(8)
    expect(before).toBeLessThan(30)
    const resumed = await runWinnow(args)
    expect(resumed.code, resumed.stderr).toBeLessThan(2)
    expect(finished().length).toBeGreaterThanOrEqual(30)
    const options = {
      ...SMALL,
      steps: 150,
      eval: [collectionIn(folder, 40)],
      noControls: true,
      work: join(folder, 'other'),
    }
    const whole = await prune(paths, options)
    const manifest = JSON.parse(readFileSync(join(folder, 'kept.manifest.json'), 'utf8')) as PruneReport
    expect(withoutTimes(manifest)).toEqual(withoutTimes(JSON.parse(JSON.stringify(whole)) as PruneReport))
  })

  it('takes datasets from the field of one file; rows that name none are always kept', async () => {
    const folder = tempDir()
    const rows = Object.entries(datasets()).flatMap(([name, list]) =>
      list.map((row, index) => ({
        ...row,
        ...(index % 20 !== 0 && { [index % 2 === 0 ? 'dataset' : 'subset']: name }),
      })),
    )
    // In turns, with other line ends, without one at the end, and with a number that must keep its digits.
    const order = rows.map((_, index) => (index * 81) % rows.length)
    const lines = order.map((at) => JSON.stringify({ ...rows[at], weight: 1 }).replace('"weight":1', '"weight":1.0'))
    const path = join(folder, 'all.jsonl')
    writeFileSync(path, lines.join('\r\n'))
    const out = join(folder, 'kept.jsonl')
    const notices: string[] = []
    const report = await prune(
      [path],
      { ...SMALL, seeds: 8, eval: [collectionIn(folder)], out, work: join(folder, 'work') },
      { onNotice: (sentence) => notices.push(sentence) },
    )
    expect(verdictsOf(report)).toMatchObject({ wrong: 'pruned' })
    expect(report.datasets.map(({ rows: count }) => count)).toEqual([76, 76, 76, 76])
    expect(report.unnamed).toEqual({ rows: 16 })
    expect(notices.join()).toContain('16 rows name no dataset')
    const kept = lines.filter((line) => !line.includes(':"wrong"'))
    const isLastKept = !(lines.at(-1) as string).includes(':"wrong"')
    expect(readFileSync(out, 'utf8')).toBe(kept.join('\r\n') + (isLastKept ? '' : '\r\n'))
    expect(report.keptRows).toBe(kept.length)
  })

  it('keeps what harms the mean where one set needs it, if it is told to', async () => {
    const folder = tempDir()
    const mixed = writeJsonl(join(folder, 'mixed.jsonl'), mixedDataset(3))
    const paths = [...filesIn(folder).filter((path) => !path.endsWith('wrong.jsonl')), mixed]
    // Two sets about what it has wrong, one about what it alone has.
    const needing = collectionIn(folder, 180, 12, 60, 40)
    const sets = [collectionIn(folder), collectionIn(folder, 120, 11), needing]
    const options = { ...SMALL, seeds: 8, noControls: true, eval: sets, work: join(folder, 'work') }
    const [free, kept] = [join(folder, 'free.jsonl'), join(folder, 'kept.jsonl')]
    const pruned = await prune(paths, { ...options, out: free })
    const judged = pruned.datasets.at(-1)
    expect(judged).toMatchObject({ name: 'mixed', verdict: 'pruned', neededBy: ['set-180-12 test'] })
    expect(judged?.leftOut?.effect.mean).toBeGreaterThan(0)
    expect(readFileSync(free, 'utf8')).not.toContain(readFileSync(mixed, 'utf8'))
    const args = [
      '--keep-if-any-loses',
      '--no-controls',
      '--eval',
      ...sets,
      '--work',
      join(folder, 'work'),
      '--out',
      kept,
    ]
    const ran = await runWinnow(['prune', ...paths, ...FLAGS, ...args, '--seeds', '8'])
    expect(ran.code, ran.stderr).toBeLessThan(2)
    expect(ran.stdout).toMatch(/mixed +kept +harmful, but needed by set-180-12 test/)
    expect(readFileSync(kept, 'utf8')).toContain(readFileSync(mixed, 'utf8'))
  })

  it('says undecided, and keeps, where there are too few queries to tell', async () => {
    const folder = tempDir()
    const paths = filesIn(folder)
    const out = join(folder, 'kept.jsonl')
    const args = [...FLAGS, '--eval', collectionIn(folder, 6), '--out', out, '--no-controls']
    const ran = await runWinnow(['prune', ...paths, ...args], { env: { WINNOW_CACHE: join(folder, 'cache') } })
    expect(ran.code, ran.stderr).toBe(1)
    expect(ran.stdout).toMatch(/undecided +leaving it out may gain up to \+[\d.]+: more queries or seeds would decide/)
    const manifest = JSON.parse(readFileSync(join(folder, 'kept.manifest.json'), 'utf8')) as PruneReport
    const undecided = manifest.datasets.filter(({ verdict }) => verdict === 'undecided').map(({ name }) => name)
    expect(undecided.length).toBeGreaterThan(0)
    const text = readFileSync(out, 'utf8')
    for (const name of undecided) expect(text).toContain(readFileSync(join(folder, `${name}.jsonl`), 'utf8'))
  })

  it('trains on a sample of a large dataset, which it says, and keeps all of its rows', async () => {
    const folder = tempDir()
    const notices: string[] = []
    const out = join(folder, 'kept.jsonl')
    const paths = filesIn(folder)
    // Without a line end the next file would go on in the same line.
    writeFileSync(paths[0] as string, readFileSync(paths[0] as string, 'utf8').trimEnd())
    const report = await prune(
      paths,
      {
        ...SMALL,
        steps: 4,
        noControls: true,
        sample: 30,
        eval: [collectionIn(folder, 20)],
        out,
        work: join(folder, 'w'),
      },
      { onNotice: (sentence) => notices.push(sentence) },
    )
    expect(report.datasets.map(({ rows, trained }) => [rows, trained])).toEqual(
      Array.from({ length: 4 }, () => [80, 30]),
    )
    expect(report.steps).toBe(4)
    expect(notices).toContain('wrong: training on 30 of 80 rows')
    const pruned = report.datasets.filter(({ verdict }) => verdict === 'pruned').length
    expect(readFileSync(out, 'utf8').trim().split('\n')).toHaveLength(80 * (4 - pruned))
  })

  it('leaves nothing behind but finished trainings when it is interrupted', async () => {
    const folder = tempDir()
    const paths = filesIn(folder)
    const out = join(folder, 'kept.jsonl')
    const args = [...FLAGS, '--steps', '400', '--eval', collectionIn(folder, 40), '--out', out]
    const ran = await runWinnow(['prune', ...paths, ...args], {
      env: { WINNOW_CACHE: join(folder, 'cache') },
      onStart: (child) =>
        child.stderr?.on('data', (part: string) => {
          if (String(part).includes('trainings')) child.kill('SIGINT')
        }),
    })
    expect(ran.code, ran.stderr).toBe(130)
    expect(ran.stderr).toContain('Run the same command again')
    expect(readdirSync(folder).filter((name) => name.startsWith('kept'))).toEqual([])
  })
})
