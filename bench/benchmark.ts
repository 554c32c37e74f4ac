// The shape of a benchmark, and the table of its figures.

/** One measured value, formatted for people. */
export interface Figure {
  what: string
  value: string
  /** Absent if there is no target. */
  target?: Target
}

export interface Target {
  says: string
  isMet: boolean
}

export interface Benchmark {
  name: string
  summary: string
  /** `scale` multiplies every size; 1 gives the sizes that the README reports. `note` reports progress to a person. */
  run(scale: number, note: (text: string) => void): Promise<Figure[]>
}

/** Thrown by a benchmark that lacks something it needs; the runner shows the reason. */
export class SkippedBenchmark extends Error {}

export function atLeast(value: number, least: number): Target {
  return { says: `≥ ${least}`, isMet: value >= least }
}

export function atMost(value: number, most: number): Target {
  return { says: `≤ ${most}`, isMet: value <= most }
}

export const counted = (value: number): string => Math.round(value).toLocaleString('en-US')
export const perSecond = (value: number): string => `${counted(value)}/s`
export const megabytes = (bytes: number): string => `${counted(bytes / 1e6)} MB`

export function tableOf(figures: Figure[]): string {
  const rows = figures.map(({ what, value, target }) => [
    what,
    value,
    target === undefined ? '' : `${target.says}  ${target.isMet ? 'met' : 'MISSED'}`,
  ])
  const widths = [0, 1].map((column) => Math.max(...rows.map((row) => (row[column] ?? '').length)))
  return rows
    .map(([what = '', value = '', target = '']) =>
      `  ${what.padEnd(widths[0] ?? 0)}  ${value.padStart(widths[1] ?? 0)}   ${target}`.trimEnd(),
    )
    .join('\n')
}
