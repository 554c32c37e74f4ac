// What the pilot of a run showed, for a person.
import type { PilotReport, Share } from '../../job/gather/pilot.ts'
import { counted, dollars, percent, plural } from '../../base/format.ts'

export function pilotText(report: PilotReport): string {
  const { undecided, truncated, reasked, accepted, relabelled, removed, positivesWithoutAnswer: silent } = report
  const line = (name: string, share: Share, what: string) =>
    `  ${name.padEnd(12)}${percent(share.of === 0 ? 0 : share.hits / share.of).padStart(6)} of ${counted(share.of)} ${what}, ` +
    `95% interval ${percent(share.interval95.low)} to ${percent(share.interval95.high)}`
  return [
    `pilot of ${plural(report.rows, 'row')}`,
    line('undecided', undecided, 'rows'),
    line('dropped', report.dropped, 'rows'),
    line('cut off', truncated, 'replies'),
    line('asked again', reasked, 'replies'),
    ...(silent === null ? [] : [line('no answer', silent, 'positives')]),
    ...(accepted === null ? [] : [line('accepted', accepted, 'passages')]),
    ...(relabelled === null ? [] : [line('relabelled', relabelled, 'negatives')]),
    ...(removed === null ? [] : [line('taken out', removed, 'negatives')]),
    `  the rest     ${report.usdForTheRest === null ? 'cost unknown' : `about ${dollars(report.usdForTheRest)}, less what is in the ledger`}`,
    ...report.notes.map((note) => `  ${note}`),
    ...report.warnings.map((warning) => `  ! ${warning}`),
  ].join('\n')
}
