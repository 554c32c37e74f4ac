// Sentences about the rows, the model and the overall verdict of a diagnosis, for the terminal and the page.
import { basename } from 'node:path'
import type { Mark } from './shortcut/marks.ts'
import type { DiagnosisReport } from './report.ts'

const counted = (value: number) => value.toLocaleString('en-US')
const plural = (value: number, noun: string) => `${counted(value)} ${noun}${value === 1 ? '' : 's'}`

export const headOf = ({ input }: DiagnosisReport) =>
  `Mined or generated: ${input.path === '-' ? 'standard input' : basename(input.path)}`

export function rowsText({ rows, negatives }: DiagnosisReport): string {
  const left = [
    ...(rows.withoutGenerated > 0 ? [`${counted(rows.withoutGenerated)} without generated negatives`] : []),
    ...(rows.withoutMined > 0 ? [`${counted(rows.withoutMined)} without mined negatives`] : []),
    ...(rows.withoutNegatives > 0 ? [`${counted(rows.withoutNegatives)} without negatives`] : []),
    ...(rows.bad > 0 ? [`${counted(rows.bad)} unreadable`] : []),
  ]
  const drawn = rows.diagnosed < rows.withBoth ? `, ${counted(rows.diagnosed)} of them sampled` : ''
  return (
    `${plural(rows.all + rows.bad, 'row')}: ${counted(rows.withBoth)} with negatives of both sources${drawn}: ` +
    `${counted(negatives.mined)} mined (or of unknown origin) and ${counted(negatives.generated)} generated.` +
    `${left.length === 0 ? '' : ` Left out: ${left.join(', ')}.`}`
  )
}

const FROM = { option: 'as given', training: 'from its training', paper: 'from the paper' }

export function modelText({ model }: DiagnosisReport): string {
  if (model === null) return 'Texts only: give an encoder with --model to see whether it uses the source.'
  const trained =
    model.trainedOn === null
      ? ''
      : `, trained on ${model.trainedOn} rows${model.sawGenerated === false ? ', without generated negatives' : ''}`
  return (
    `Similarities by ${model.name} (${model.dimensions} dimensions${trained}), ` +
    `temperature ${model.temperature} (${FROM[model.temperatureFrom]}).`
  )
}

export const MARKS = 'Words and word pairs in which the texts differ most; ^ and $ mark the start and end of a text.'

/** For example `“further work”: 100% of generated texts, 0.3% of mined ones`. */
export const markText = ({ words, generated, mined }: Mark) =>
  `“${words}”: ${share(generated)} of generated texts, ${share(mined)} of mined texts`

export const STRATEGIES =
  'AUC by similarity and share of dead negatives for each strategy: fix the one far below the others, or its prompt, first.'

/** Strategies that are shown, those with most negatives first. */
const SHOWN = 12

export const strategiesIn = ({ similarity }: DiagnosisReport) => (similarity?.strategies ?? []).slice(0, SHOWN)

const share = (value: number) => `${(100 * value).toFixed(1)}%`

/** Sums up the diagnosis in one sentence. */
export function verdictOf({ groups }: DiagnosisReport): string {
  const figures = groups.flatMap((group) => group.figures)
  const worrying = figures.filter(({ isWorrying }) => isWorrying).map(({ title }) => title)
  if (worrying.length === 0) return `No problems in ${plural(figures.length, 'figure')}.`
  return `Problems in ${worrying.length} of ${plural(figures.length, 'figure')}: ${worrying.join(', ')}.`
}

/** Says whether generated negatives look like mined ones, for the title of the page. */
export function titleOf(report: DiagnosisReport): string {
  const figures = report.groups.flatMap((group) => group.figures)
  const isWorrying = (code: string) => figures.some((figure) => figure.code === code && figure.isWorrying)
  const by = [
    ...(isWorrying('similarity-auc') ? ['similarity'] : []),
    ...(isWorrying('text-auc') ? ['their text'] : []),
  ]
  if (by.length > 0) return `Generated negatives can be told from mined ones by ${by.join(' and by ')}`
  const worrying = figures.filter((figure) => figure.isWorrying).length
  if (worrying > 0)
    return `${worrying} of ${plural(figures.length, 'figure')} on mined and generated negatives ${worrying === 1 ? 'is' : 'are'} worrying`
  return figures.length === 0
    ? 'Mined and generated negatives cannot be compared'
    : `Nothing worrying in ${plural(figures.length, 'figure')} on mined and generated negatives`
}
