// How the page says figures and the words of a run.

const WHOLE = new Intl.NumberFormat('en')
const DAY = new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeStyle: 'short' })

export const count = (value: number) => WHOLE.format(value)

/** `1 row`, `2 rows`. */
export const counted = (value: number, one: string, many = `${one}s`) => `${count(value)} ${value === 1 ? one : many}`

export const dollars = (value: number | null) => {
  if (value === null) return 'cost unknown'
  if (value === 0) return '$0'
  return `$${value < 0.01 ? value.toPrecision(2) : value.toFixed(2)}`
}

export const percent = (part: number, whole: number) => (whole === 0 ? '–' : `${((100 * part) / whole).toFixed(1)}%`)

export const moment = (iso: string) => DAY.format(new Date(iso))

export function duration(seconds: number): string {
  if (seconds < 60) return `${seconds < 10 ? seconds.toFixed(1) : Math.round(seconds)} s`
  const minutes = Math.round(seconds / 60)
  return minutes < 90 ? `${minutes} min` : `${(minutes / 60).toFixed(1)} h`
}

/** The outcomes in the order of their keys, from 1. */
export const OUTCOMES = ['changed', 'dropped', 'undecided', 'kept'] as const

/** A sign for each outcome and label, so that colour is never alone. */
export const SIGNS: Record<string, string> = {
  changed: '→',
  dropped: '×',
  undecided: '?',
  kept: '=',
  positive: '+',
  ignored: '−',
  negative: '·',
  added: '✎',
}

/** What a label is called: a passage that is ignored is in the row no more. */
export const labelWord = (label: string | null) => (label === null ? 'new' : label === 'ignored' ? 'removed' : label)

/** The tone of a label that a passage has come to. */
export const toneOf = (to: string) => (to === 'ignored' ? 'removed' : to === 'positive' ? 'positive' : 'plain')

/** The names of the filters, for people. */
export const FILTERS: Record<string, string> = {
  outcome: 'Outcome',
  verdict: 'Verdict',
  dataset: 'Dataset',
  judge: 'Judge',
  stage: 'Moved by',
  reason: 'Reason',
  to: 'Passage went to',
  falseNegatives: 'False negatives',
  disagree: 'Judges disagree',
  text: 'Text',
  whatIf: 'Come out otherwise',
}

/** The model's name without the hash that tells its recordings apart. */
export const modelName = (model: string) => model.replace(/#[0-9a-f]{8}$/, '')

/** A value of a filter, for people. */
export const valueWord = (name: string, value: string) =>
  name === 'judge' ? modelName(value) : name === 'to' ? labelWord(value) : value
