// Prints the figures of a survey for people: how close negatives come to their positives, and what each share would suspect.
import type { Figures } from '../../method/definition.ts'

export const percent = (part: number) =>
  `${Number((100 * part).toFixed(part !== 0 && Math.abs(part) < 0.001 ? 3 : 1))}%`

/** Prints a share; near 1 with enough digits to tell cosines apart. */
function share(value: number | null | undefined): string {
  if (value === null || value === undefined || !Number.isFinite(value)) return '–'
  const digits = Math.abs(value - 1) < 0.1 ? 4 : 1
  return `${Number((100 * value).toFixed(digits))}%`
}

/** Prints a share in a form that --share accepts with the same effect. */
const typed = (value: number | null | undefined) =>
  value === null || value === undefined ? '–' : `${Number((100 * value).toFixed(4))}%`

const valuesOf = (figures: Figures, name: string) =>
  Object.entries(figures)
    .filter(([key]) => key.startsWith(name) && /^-?[\d.]+$/.test(key.slice(name.length)))
    .map(([key, value]) => ({ at: Number(key.slice(name.length)), value }))

export function percposLines(figures: Figures): string[] {
  const { rowsScored, rowsSampled, negativesSampled, suspected, rowsWithBarAtOrBelowZero: atZero } = figures
  if (!negativesSampled) return []
  const of = rowsScored === rowsSampled ? '' : `, in a sample of ${rowsSampled} of ${rowsScored} rows`
  const fitted = figures['targetShare'] === null ? '' : ', fitted'
  const cell = (text: string) => text.padStart(11)
  const table = (head: string, cells: string[]) => `  ${head.padEnd(23)}${cells.map(cell).join('')}`
  const quantiles = valuesOf(figures, 'quantile')
  const fixed = valuesOf(figures, 'suspectedAt')
  const targets = valuesOf(figures, 'shareFor')
  return [
    `suspected: ${suspected} of ${negativesSampled} negatives (${percent((suspected ?? 0) / negativesSampled)}) at --share ${typed(figures['share'])}${fitted}${of}`,
    table(
      'share of negatives',
      quantiles.map(({ at }) => percent(at)),
    ),
    table(
      'at or below',
      quantiles.map(({ value }) => share(value)),
    ),
    table(
      '--share',
      fixed.map(({ at }) => share(at)),
    ),
    table(
      'would suspect',
      fixed.map(({ value }) => percent((value ?? 0) / negativesSampled)),
    ),
    table(
      '--target-share',
      targets.map(({ at }) => percent(at)),
    ),
    table(
      'would be --share',
      targets.map(({ value }) => typed(value)),
    ),
    ...(atZero
      ? [
          `  in ${atZero} of ${rowsScored} rows the positives score 0 or less, so a share of that score is not a proportion: fit it with --target-share`,
        ]
      : []),
  ]
}
