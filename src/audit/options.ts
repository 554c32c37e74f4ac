// The options of winnow audit.
import {
  choice,
  choices,
  flag,
  integer,
  LEDGER,
  text,
  type OptionInput,
  type OptionValues,
} from '../options/options.ts'
import { UsageError } from '../base/errors.ts'
import { EVIDENCE_OPTION } from '../evidence/option.ts'
import { SCALE_NAMES } from './scale.ts'
import { STRATA } from './sample-file.ts'

/** How many items all assessors see by default: kappa of a hundred passages is known to about .15 to each side. */
const USUAL_OVERLAP = 100

export const SAMPLE_OPTIONS = {
  n: integer('N', { help: 'number of passages to judge', default: 200, min: 1, max: 100_000 }),
  strata: choices(STRATA, {
    help: `draw from each combination of these apart: ${STRATA.join(', ')}`,
    default: ['verdict'],
  }),
  assessors: text('A,B', { help: 'who will judge, separated by commas (default: anyone who gives a name)' }),
  overlap: text('N|SHARE', {
    help: `how many passages every assessor sees, a number or a share such as 25%; one of them judges each of the others (default: ${USUAL_OVERLAP})`,
  }),
  scale: choice(SCALE_NAMES, {
    help: 'graded: 0 not relevant, 1 related, 2 relevant, 3 perfect, relevant from 2; binary: relevant or not',
    default: 'graded',
  }),
  positives: flag({ help: 'draw from the positives of the rows as well' }),
  seed: integer('N', { help: 'another seed draws other passages', default: 1, min: 0 }),
  atLeast: integer('N', { help: 'the fewest passages of a stratum', default: 10, min: 1, rare: true }),
  out: text('FILE', { help: 'file to write (default: ROWS without its ending, then .audit.jsonl)' }),
  ledger: text(LEDGER, { help: 'database of model replies (default: that of the run)' }),
  run: text('ID', { help: 'the run to draw from, where ROWS is an input of several', rare: true }),
  evidence: { ...EVIDENCE_OPTION, isRare: true },
}

export const REPORT_OPTIONS = {
  ledger: text(LEDGER, { help: 'database in which the judgements are stored (default: that of the sample)' }),
  judgements: text('FILE', {
    help: 'the judgements (default: SAMPLE without its ending, then .judgements.jsonl)',
    rare: true,
  }),
}

export type SampleInput = OptionInput<typeof SAMPLE_OPTIONS>
export type SampleValues = OptionValues<typeof SAMPLE_OPTIONS>
export type ReportInput = OptionInput<typeof REPORT_OPTIONS>

/** Returns the assessors by name. @throws UsageError for one that is empty or there twice */
export function assessorsIn(given: string | undefined): string[] {
  const all = given === undefined ? [] : given.split(',').map((each) => each.trim())
  const wrong = all.find((name, index) => name === '' || all.indexOf(name) !== index)
  if (wrong === undefined) return all
  const why = wrong === '' ? 'allowed: names separated by commas' : `${JSON.stringify(wrong)} is there twice`
  throw new UsageError(`--assessors ${JSON.stringify(given)}: ${why}`)
}

/** Returns how many of the items everyone sees. @throws UsageError if it is neither a number nor a share */
export function overlapOf(given: string | undefined, items: number, assessors: number): number {
  if (given === undefined) return assessors < 2 ? items : Math.min(items, USUAL_OVERLAP)
  const [, digits = '', percent = ''] = /^(\d+(?:\.\d+)?)(%?)$/.exec(given.trim()) ?? []
  const number = Number(digits)
  const isSound = digits !== '' && (percent === '' ? Number.isSafeInteger(number) : number <= 100)
  if (!isSound) {
    throw new UsageError(`--overlap ${JSON.stringify(given)}: allowed: a whole number, or a share from 0% to 100%`)
  }
  if (assessors < 2) throw new UsageError('--overlap: it takes two assessors or more: --assessors A,B')
  return Math.min(items, percent === '' ? number : Math.round((number / 100) * items))
}
