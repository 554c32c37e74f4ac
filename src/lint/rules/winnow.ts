// Rules of Winnow's own commands: what its readers of rows refuse. Everything else that they find is what winnow doctor says.
import type { JsonObject } from '../../base/json.ts'
import type { Fault, RowFormat } from '../../rows/formats/format.ts'
import { formatOf } from '../../rows/formats/index.ts'
import type { Rule } from '../rule.ts'

/** Records of one query are one row, so that a single record may lack either. */
const OF_ROWS = ['no-positive', 'no-negative']

const SOURCE = 'winnow, rows/formats'
const advice = 'winnow doctor lists all faults with their lines.'

/** The rules, by the fault of the reader. */
const FAULTS: readonly (Pick<Rule, 'code' | 'title' | 'effect' | 'example'> & { fault: string })[] = [
  {
    code: 'WN102',
    fault: 'wrong-type',
    title: 'A column has the wrong type',
    effect: 'The row is a bad row: commands stop at it, or skip it with --on-bad-row skip.',
    example: [
      { query: 'q', pos: ['p'], neg: ['n'] },
      { query: 'q', pos: 'p', neg: ['n'] },
    ],
  },
  {
    code: 'WN103',
    fault: 'wrong-length',
    title: 'There are more or fewer scores or origins than passages',
    effect: 'The row is a bad row: they might belong to other passages.',
    example: [{ query: 'q', pos: ['p'], neg: ['n'], neg_scores: [1, 2] }],
  },
  {
    code: 'WN104',
    fault: 'empty-query',
    title: 'An empty query',
    effect: 'The row is a bad row: no passage fits better than another.',
    example: [{ query: ' ', pos: ['p'], neg: ['n'] }],
  },
  {
    code: 'WN105',
    fault: 'no-positive',
    title: 'No positive',
    effect: 'The row is a bad row: nothing is pulled towards the query.',
    example: [{ query: 'q', pos: [], neg: ['n'] }],
  },
  {
    code: 'WN106',
    fault: 'no-negative',
    title: 'No negative',
    effect: 'The row is a bad row to every command except winnow mine --add and winnow convert.',
    example: [{ query: 'q', pos: ['p'], neg: [] }],
  },
  {
    code: 'WN107',
    fault: 'graded-label',
    title: 'A label that is neither 1 nor 0',
    effect: 'The row is a bad row: graded pairs have no relevant and irrelevant passages.',
    example: [
      { query: 'q', passage: 'p', label: 1 },
      { query: 'q', passage: 'o', label: 0.5 },
    ],
  },
]

export const WINNOW: readonly Rule[] = [
  {
    code: 'WN101',
    severity: 'error',
    title: 'The format of the rows is unknown',
    effect: 'Commands refuse the file and name the format that it resembles most.',
    source: `${SOURCE}/index.ts, formatOf`,
    advice: 'Rename the columns as in docs/files.md; winnow doctor names those that are missing.',
    example: [{ text: 'q', label: 3 }],
    check: () => {
      let isKnown = false
      return (record) => {
        isKnown ||= formatOf(record, true) !== undefined
        return isKnown ? undefined : `columns ${Object.keys(record).join(', ')}`
      }
    },
  },
  ...FAULTS.map(({ fault, ...rule }): Rule => ({
    ...rule,
    severity: 'error',
    source: SOURCE,
    advice,
    check: () => {
      let format: RowFormat | undefined
      return (record) => {
        format ??= formatOf(record, true)
        return format && faultIn(record, format, fault)
      }
    },
  })),
]

/** Returns the message of a reader's fault; undefined if the record has none of its kind. */
function faultIn(record: JsonObject, format: RowFormat, code: string): string | undefined {
  if (format.groupOf !== undefined && OF_ROWS.includes(code)) return undefined
  const faults: Fault[] = []
  format.read(record, faults)
  return faults.find((fault) => fault.code === code)?.message
}
