// The findings of a run's pilot, for people.
import type { PilotReport } from '../../job/gather/pilot.ts'
import { SHARES } from '../../methods/index.ts'
import type { Share } from '../../statistics/share.ts'
import { counted, dollars, percent, plural } from '../../base/format.ts'

export function pilotText(report: PilotReport): string {
  const { undecided, truncated, reasked, relabelled, removed } = report
  const shares = { ...report } as unknown as Record<string, Share | null>
  const line = (name: string, share: Share, what: string) =>
    `  ${name.padEnd(12)}${percent(share.of === 0 ? 0 : share.hits / share.of).padStart(6)} of ${counted(share.of)} ${what}, ` +
    `95% interval ${percent(share.interval95.low)} to ${percent(share.interval95.high)}`
  return [
    `pilot of ${plural(report.rows, 'row')}`,
    line('undecided', undecided, 'rows'),
    line('dropped', report.dropped, 'rows'),
    line('cut off', truncated, 'replies'),
    line('re-asked', reasked, 'replies'),
    ...SHARES.flatMap(({ name, label, of }) => {
      const share = shares[name] ?? null
      return share === null ? [] : [line(label, share, of)]
    }),
    ...(relabelled === null ? [] : [line('relabelled', relabelled, 'negatives')]),
    ...(removed === null ? [] : [line('removed', removed, 'negatives')]),
    `  the rest     ${report.usdForTheRest === null ? 'cost unknown' : `about ${dollars(report.usdForTheRest)}, minus what is already in the ledger`}`,
    ...report.notes.map((note) => `  ${note}`),
    ...report.warnings.map((warning) => `  ! ${warning}`),
  ].join('\n')
}
