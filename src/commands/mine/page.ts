// The pages of mine for a terminal: what each threshold leaves, and what was written.
import { flagOf } from '../../options/options.ts'
import type { Threshold } from '../../mining/thresholds.ts'
import { SCRIPT_USE } from '../../trainers/options.ts'
import { counted, duration, percent, plural } from '../../base/format.ts'
import type { MineManifest, MinePlan } from './manifest.ts'

/** Returns a table of what each threshold leaves. */
export function planLines({ thresholds, rows, negatives, miners, corpus }: MinePlan): string[] {
  const head = ['share', 'negatives', `rows with ${negatives}`, 'with fewer', 'with none']
  const table = [head, ...thresholds.map((threshold) => cellsOf(threshold, rows))]
  const widths = head.map((_name, column) => Math.max(...table.map((cells) => (cells[column] as string).length)))
  return [
    `${miners.map(({ name }) => name).join(', then ')} over ${plural(corpus.documents, 'document')}, for ${plural(rows, 'row')}: ` +
      `negatives that score below this share of the positive's score`,
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

export function summaryLines(manifest: MineManifest): string[] {
  const { outcomes, dropReasons, chosen, against, positives, outputs, seconds } = manifest
  const list = (counts: Record<string, number>) =>
    Object.entries(counts).map(([reason, count]) => `${counted(count)} ${reason}`)
  const why = outcomes.dropped > 0 ? `: ${list(dropReasons).join(', ')}` : ''
  const kinds = [
    ...(chosen.filled > 0 ? [`${counted(chosen.filled)} random`] : []),
    ...(chosen.kept > 0 ? [`${counted(chosen.kept)} kept`] : []),
  ]
  return [
    `${plural(outcomes.read, 'row')} in ${duration(seconds)}`,
    `  written    ${counted(outcomes.written)}: ${counted(outcomes.full)} with all ${manifest.negatives} negatives, ${counted(outcomes.short)} with fewer`,
    `  dropped    ${counted(outcomes.dropped)}${why}`,
    ...remedyLines(manifest),
    `  negatives  ${counted(chosen.mined)} mined${kinds.length > 0 ? `, ${kinds.join(', ')}` : ''}`,
    ...randomLines(manifest),
    ...(positives.withoutScore > 0
      ? [`  positives  ${counted(positives.withoutScore)} of ${counted(positives.all)} have no score`]
      : []),
    ...againstLines(against),
    'files',
    `  ${outputs.rows === '-' ? 'standard output' : outputs.rows}  rows`,
    ...(outcomes.dropped > 0 ? [`  ${outputs.dropped}  dropped rows`] : []),
    ...(outputs.bad ? [`  ${outputs.bad}  bad rows`] : []),
    ...(outputs.script ? [`  ${outputs.script}  ${SCRIPT_USE}`] : []),
    `  ${outputs.manifest}  settings and counts; rerun with ${flagOf('recipe')}`,
  ]
}

/** Returns what to do about rows that were dropped, by reason. */
function remedyLines({ dropReasons, corpus, options }: MineManifest): string[] {
  return Object.keys(dropReasons).flatMap((reason) => {
    const remedy = remedyOf(reason, corpus.path, options)
    return remedy === undefined ? [] : [`             ${reason}: ${remedy}`]
  })
}

/** Returns what to do about many random negatives. */
function randomLines({ chosen: { mined, filled } }: MineManifest): string[] {
  const share = filled / Math.max(1, mined + filled)
  return share > MANY_RANDOM
    ? [`             ${percent(share)} of the negatives are random, and easier than mined ones: ${MORE}`]
    : []
}

/** The share of random negatives above which something is likely wrong. */
const MANY_RANDOM = 0.5

const MORE = `mine more with a higher ${flagOf('share')} (or off) or a larger ${flagOf('depth')}`

function remedyOf(reason: string, corpus: string, options: Record<string, unknown>): string | undefined {
  if (reason === 'too few negatives') return `${MORE}; ${flagOf('tooFew')} fill keeps such rows, with random negatives`
  if (reason === 'no negatives left') {
    const fill = options['tooFew'] === 'fill' ? '' : `; ${flagOf('tooFew')} fill keeps such rows, with random negatives`
    return `${MORE}${fill}`
  }
  if (reason === 'no score of a positive to compare with') {
    return `their positives are not in ${corpus} or were not retrieved: ${flagOf('share')} off compares with none, ${flagOf('rescore')} MODEL scores any text`
  }
  if (reason === 'no positive in the corpus')
    return `${corpus} holds none of the documents that are judged relevant: do both belong together?`
  if (reason.startsWith('no document of grade')) return `${flagOf('relevance')} takes lower grades for positives`
  return undefined
}

/** Returns why documents ranked above the chosen ones did not become negatives. */
function againstLines(against: Record<string, number>): string[] {
  const counts = Object.entries(against).map(([reason, count]) => [counted(count), reason] as const)
  if (counts.length === 0) return ['excluded  nothing']
  const width = Math.max(...counts.map(([count]) => count.length))
  return ['excluded', ...counts.map(([count, reason]) => `  ${count.padStart(width)}  ${reason}`)]
}
