// winnow mine: hard negatives for the queries of a collection, or for rows that exist.
import { flagOf } from '../../options/options.ts'
import type { Threshold } from '../../mining/thresholds.ts'
import { mine, planMine, type MineHooks } from './mine.ts'
import type { MineManifest, MinePlan } from './manifest.ts'
import { MINE_OPTIONS, type MineOptions } from '../../mining/options.ts'
import type { CommandSpec, ShellOptions } from '../../terminal/command.ts'
import { counted, duration, percent, plural } from '../../terminal/format.ts'
import { onInterrupt } from '../../terminal/interrupt.ts'
import { askUser, canAnswer } from '../../terminal/question.ts'
import { ProgressLine } from '../../terminal/progress.ts'

export const mineCommand: CommandSpec = {
  name: 'mine',
  arguments: '<collection-or-rows>',
  summary: 'Mines hard negatives for the queries of a collection, or for rows that exist.',
  example: [
    'winnow mine data/scifact --split train --out rows.jsonl',
    'winnow mine data/scifact --split train --out rows.jsonl --share 90% --depth 50 --dry-run',
    'winnow mine train.jsonl --corpus data/scifact --out rows.jsonl --rescore hf:models/reranker',
  ].join('\n'),
  schema: MINE_OPTIONS,
  run: async ([input = ''], options, shell) => {
    const isDry = options['dryRun'] === true
    const work = isDry ? planMine : mine
    const result: MinePlan | MineManifest = await withHooks(shell, (hooks) =>
      work(input, options as MineOptions, hooks),
    )
    // A dry run writes no rows.
    const isTaken = !isDry && options['out'] === '-'
    if (shell.json && isTaken)
      process.stderr.write('note: the rows take standard output, so --json has no place there\n')
    if (shell.json && !isTaken) process.stdout.write(`${JSON.stringify(result, undefined, 2)}\n`)
    else if (isManifest(result)) process.stderr.write(`${summaryOf(result).join('\n')}\n`)
    else process.stdout.write(`${planLines(result).join('\n')}\n`)
    return 0
  },
}

/** Works with a progress line, Ctrl-C handled, and the plan shown before anything is written. */
async function withHooks<T>(shell: ShellOptions, work: (hooks: MineHooks) => Promise<T>): Promise<T> {
  const line = shell.quiet ? undefined : new ProgressLine()
  const say = (text: string) => (line ? line.note(text) : process.stderr.write(`${text}\n`))
  const notice = (sentence: string) => say(`note: ${sentence}`)
  const interrupt = onInterrupt(notice)
  try {
    return await work({
      signal: interrupt.signal,
      onNotice: notice,
      onPlan: (plan) => say(planLines(plan).join('\n')),
      ...(line && {
        onProgress: (progress) => line.showStep(progress),
        onDownload: (progress) => line.showDownload(progress),
      }),
      ...(canAnswer() && { onQuestion: askUser }),
    })
  } finally {
    line?.done()
    interrupt.release()
  }
}

/** What each threshold leaves, as a table. */
function planLines({ thresholds, rows, negatives, miners, corpus }: MinePlan): string[] {
  const head = ['share', 'negatives', `rows with ${negatives}`, 'with fewer', 'with none']
  const table = [head, ...thresholds.map((threshold) => cellsOf(threshold, rows))]
  const widths = head.map((_name, column) => Math.max(...table.map((cells) => (cells[column] as string).length)))
  return [
    `${miners.map(({ name }) => name).join(', then ')} over ${plural(corpus.documents, 'document')}, for ${plural(rows, 'row')}: ` +
      `negatives left when they score less than this share of the positive's score`,
    ...table.map((cells, row) => {
      const mark = row > 0 && thresholds[row - 1]?.isChosen ? '→' : ' '
      return `${mark} ${cells.map((cell, column) => cell.padStart(widths[column] as number)).join('   ')}`
    }),
  ]
}

function cellsOf({ share, negatives, full, short, none }: Threshold, rows: number): string[] {
  const of = (count: number) => `${counted(count)} (${percent(rows === 0 ? 0 : count / rows)})`
  const name = share === null ? 'off' : `${Number((share * 100).toFixed(2))}%`
  return [name, counted(negatives), of(full), of(short), of(none)]
}

function summaryOf(manifest: MineManifest): string[] {
  const { outcomes, dropReasons, chosen, against, positives, outputs, seconds } = manifest
  const list = (counts: Record<string, number>) =>
    Object.entries(counts).map(([reason, count]) => `${counted(count)} ${reason}`)
  const why = outcomes.dropped > 0 ? `: ${list(dropReasons).join(', ')}` : ''
  const kinds = [
    ...(chosen.filled > 0 ? [`${counted(chosen.filled)} drawn at random`] : []),
    ...(chosen.kept > 0 ? [`${counted(chosen.kept)} that were there`] : []),
  ]
  return [
    `${plural(outcomes.read, 'row')} in ${duration(seconds)}`,
    `  written    ${counted(outcomes.written)}: ${counted(outcomes.full)} with all ${manifest.negatives} negatives, ${counted(outcomes.short)} with fewer`,
    `  dropped    ${counted(outcomes.dropped)}${why}`,
    `  negatives  ${counted(chosen.mined)} mined${kinds.length > 0 ? `, ${kinds.join(', ')}` : ''}`,
    ...(positives.withoutScore > 0
      ? [`  positives  ${counted(positives.withoutScore)} of ${counted(positives.all)} have no score`]
      : []),
    ...againstLines(against),
    'files',
    `  ${outputs.rows === '-' ? 'standard output' : outputs.rows}  the rows`,
    ...(outcomes.dropped > 0 ? [`  ${outputs.dropped}  the dropped rows`] : []),
    ...(outputs.bad ? [`  ${outputs.bad}  the bad rows`] : []),
    `  ${outputs.manifest}  settings and counts; repeats the run with ${flagOf('recipe')}`,
  ]
}

/** Why documents that ranked before the chosen ones did not become negatives. */
function againstLines(against: Record<string, number>): string[] {
  const counts = Object.entries(against).map(([reason, count]) => [counted(count), reason] as const)
  if (counts.length === 0) return ['passed over  nothing']
  const width = Math.max(...counts.map(([count]) => count.length))
  return ['passed over', ...counts.map(([count, reason]) => `  ${count.padStart(width)}  ${reason}`)]
}

const isManifest = (result: MinePlan | MineManifest): result is MineManifest => 'outcomes' in result
