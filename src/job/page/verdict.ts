// What a run did, in words: the title of its page and the paragraph below it. The counts in them add up.
import { counted, dollars, duration, plural } from '../../base/format.ts'
import type { Manifest } from '../manifest.ts'
import { ownSummary } from '../summary/files.ts'
import type { PlaceCounts } from './place-counts.ts'

/** For example `39 of 329 negatives are relevant: 21 became positives, 14 were removed`. */
export function verdictOf(manifest: Manifest, { moved, unmoved }: PlaceCounts): string {
  const own = ownSummary(manifest)
  if (own !== undefined) return own.title
  const all = manifest.passages.before.negative
  const parts = [
    ...said(moved.positive, 'became a positive', 'became positives'),
    ...said(moved.removed, 'was removed', 'were removed'),
    ...said(unmoved.dropped, 'went with a dropped row', 'went with dropped rows'),
    ...said(unmoved.others, 'stays', 'stay'),
  ]
  const found = moved.positive + moved.removed + unmoved.dropped + unmoved.others
  if (found === 0) return `None of ${plural(all, 'negative')} was found relevant`
  const head = `${counted(found)} of ${plural(all, 'negative')} ${found === 1 ? 'is' : 'are'} relevant`
  return parts.length === 1 && unmoved.others === found
    ? `${head}, and ${found === 1 ? 'stays' : 'all stay'}`
    : `${head}: ${parts.join(', ')}`
}

const said = (count: number, one: string, many: string) =>
  count === 0 ? [] : [`${counted(count)} ${count === 1 ? one : many}`]

/** Says what was read, by what, for what money, and what was left open. */
export function leadOf({ rows, input, method, models, cost, seconds, calls }: Manifest): string {
  const { outcomes } = rows
  const made = Object.values(calls).reduce((sum, line) => sum + line.made, 0)
  const by = Object.entries(models).map(([stage, model]) => `${model} (${stage})`)
  const open = [
    ...(outcomes.undecided > 0
      ? [
          `${plural(outcomes.undecided, 'row')} could not be decided and stayed as ${outcomes.undecided === 1 ? 'it was' : 'they were'}`,
        ]
      : []),
    ...(outcomes.dropped > 0
      ? [`${plural(outcomes.dropped, 'row')} ${outcomes.dropped === 1 ? 'was' : 'were'} dropped`]
      : []),
  ]
  return [
    `${plural(rows.read, 'row')} of ${input.path === '-' ? 'standard input' : input.path} by the method ${method}${by.length === 0 ? '' : `, with ${by.join(' and ')}`}.`,
    `It took ${duration(seconds)} and ${plural(made, 'call')}${made === 0 ? '' : `; the cost is ${dollars(cost.now)}`}.`,
    ...(open.length === 0 ? [] : [`${open.join(', and ')}.`]),
  ].join(' ')
}
