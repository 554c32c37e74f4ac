// The terminal page of judges: how good each is, what it costs, how they agree, and what is proposed.
import { basename } from 'node:path'
import { counted, plural } from '../../base/format.ts'
import { tableLines } from '../../base/table.ts'
import { cut } from '../../base/text.ts'
import { percentOf } from '../../statistics/share.ts'
import { hanging, type PageStyle } from '../../terminal/page.ts'
import type { JudgeReport, JudgesReport } from './report.ts'
import { chanceText, costText, figureText, plainNumber, timeText } from './words.ts'

export function judgesPage(report: JudgesReport, style: PageStyle): string[] {
  const { judges, proposal, options } = report
  const note = (text: string) => hanging('  ', text, style.width).map(style.faint)
  return [
    style.heading(headOf(report)),
    ...hanging('  ', sampleText(report), style.width),
    '',
    style.heading('How often they are right, with 95% intervals over rows; cost and time of 1,000 passages'),
    ...tableLines([['', 'F1', 'precision', 'recall', 'cost', 'time'], ...judges.map(rightRow)]),
    '',
    style.heading('Agreement with the gold beyond chance'),
    ...tableLines([['', 'kappa', 'PABAK', 'AC1', 'unread', 'position p'], ...judges.map(agreementRow)]),
    ...note(NOTES.agreement),
    '',
    style.heading('What their verdicts can bear'),
    ...tableLines([['', 'verdict', 'passages', 'precision', 'action'], ...judges.flatMap(verdictRows)]),
    ...pairLines(report, style),
    ...judges.flatMap((judge) => thresholdLines(judge, style)),
    '',
    style.heading('Proposal'),
    ...proposal.reasons.flatMap((reason) => hanging('→ ', reason, style.width)),
    ...(proposal.command === null ? [] : ['', `  ${proposal.command}`]),
    ...(typeof options['html'] === 'string' ? ['', `  plots in ${options['html']}`] : []),
  ]
}

export const headOf = ({ input, gold }: JudgesReport) =>
  `Judges: ${input.path === '-' ? 'standard input' : basename(input.path)} against ${basename(gold.path)}`

export function sampleText({ gold, sample, judges }: JudgesReport): string {
  const whole = `${plural(gold.passages, 'gold passage')} in ${plural(gold.rows, 'row')}, ${counted(gold.relevant)} relevant`
  const drawn =
    sample.rows === gold.rows
      ? 'all of them'
      : `${counted(sample.passages)} in ${plural(sample.rows, 'row')}, ${counted(sample.relevant)} relevant (seed ${sample.seed})`
  const who = gold.assessors.length === 0 ? '' : ` by ${plural(gold.assessors.length, 'assessor')}`
  return `${whole}${who}. ${plural(judges.length, 'judge')} ${judges.length === 1 ? 'was' : 'were'} asked about ${drawn}.`
}

export const NOTES = {
  agreement:
    'PABAK and AC1 stay readable where nearly everything is irrelevant. Position p: the chance of such verdicts if the place of a passage in the prompt did not matter.',
}

const NAME_LETTERS = 30
const nameOf = ({ name }: JudgeReport) => cut(name, NAME_LETTERS)

const rightRow = (judge: JudgeReport) => [nameOf(judge), ...rightCells(judge)]

/** F1, precision, recall, cost and time. */
export function rightCells(judge: JudgeReport): string[] {
  const { f1, precision, recall } = judge.figures
  return [
    ...[f1, precision, recall].map(figureText),
    costText(judge.usdPerThousand),
    timeText(judge.secondsPerThousand),
  ]
}

const agreementRow = (judge: JudgeReport) => [nameOf(judge), ...agreementCells(judge)]

/** Kappa, PABAK, AC1, the share that was not read, and the p-value of the position. */
export function agreementCells(judge: JudgeReport): string[] {
  const { kappa, pabak, ac1 } = judge.figures
  const { unread, positionBias } = judge
  return [
    ...[kappa, pabak, ac1].map(figureText),
    unread.hits === 0 ? '0' : percentOf(unread),
    positionBias === null ? '–' : chanceText(positionBias.p),
  ]
}

function verdictRows(judge: JudgeReport): string[][] {
  if (judge.verdicts.length === 0) return [[nameOf(judge), 'none', '0', '–', 'keep']]
  return judge.verdicts.map(({ verdict, passages, precision, action }, index) => [
    index === 0 ? nameOf(judge) : '',
    verdict,
    counted(passages),
    figureText(precision),
    action,
  ])
}

function pairLines({ judges, pairs }: JudgesReport, style: PageStyle): string[] {
  if (pairs.length === 0) return []
  const kappaOf = (one: string, other: string) => {
    const pair = pairs.find(({ judges: [first, second] }) => first === one && second === other)
    return pair === undefined ? '' : pair.kappa === null ? '–' : plainNumber(pair.kappa)
  }
  const numbered = judges.map((judge, index) => `${index + 1} ${nameOf(judge)}`)
  const head = ['', ...judges.slice(1).map((_judge, index) => String(index + 2))]
  const rows = judges
    .slice(0, -1)
    .map(({ name }, index) => [numbered[index] as string, ...judges.slice(1).map((other) => kappaOf(name, other.name))])
  return [
    '',
    style.heading('Agreement with each other (kappa)'),
    ...tableLines([head, ...rows]),
    `  ${numbered.at(-1)}`,
  ]
}

function thresholdLines(judge: JudgeReport, style: PageStyle): string[] {
  const text = thresholdText(judge)
  return text === null ? [] : hanging('  ', text, style.width).map(style.faint)
}

/** Says from which score on a scorer calls a passage relevant; null for other judges. */
export function thresholdText({ name, threshold }: JudgeReport): string | null {
  if (threshold === null) return null
  const { value, isGiven, halves } = threshold
  const shown = (score: number | null) => (score === null ? 'none' : String(Number(score.toPrecision(4))))
  return isGiven
    ? `${name} calls relevant what scores ${shown(value)} or more, as given.`
    : `${name} calls relevant what scores ${halves.map(shown).join(' or ')} or more, the best F1 on the other half of the rows each; for use: ${shown(value)}.`
}
