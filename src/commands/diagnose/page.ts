// The terminal page of winnow diagnose: each figure, what it means, and which values are worrying.
import { cut, oneLine, padEnd } from '../../base/text.ts'
import type { DiagnosisReport, Figure } from './report.ts'
import { strategyText } from './figures.ts'
import { headOf, MARKS, markText, modelText, rowsText, STRATEGIES, strategiesIn, verdictOf } from './words.ts'
import { hanging, type PageStyle } from '../../terminal/page.ts'

export function diagnosePage(report: DiagnosisReport, style: PageStyle): string[] {
  const { html } = report.options
  return [
    style.heading(headOf(report)),
    ...hanging('  ', rowsText(report), style.width),
    ...hanging('  ', modelText(report), style.width),
    ...report.groups.flatMap(({ title, figures }) => [
      '',
      style.heading(title),
      ...figures.flatMap((figure) => figureLines(figure, style)),
    ]),
    ...strategyLines(report, style),
    ...markLines(report, style),
    '',
    ...hanging('→ ', verdictOf(report), style.width),
    ...(typeof html === 'string' ? [`  plots in ${html}`] : []),
  ]
}

function strategyLines(report: DiagnosisReport, style: PageStyle): string[] {
  const found = strategiesIn(report)
  if (found.length === 0) return []
  const lines = found.map((each) => {
    const { negatives, auc, dead } = strategyText(each)
    return `  ${padEnd(cut(each.strategy, 25), 26)}${auc}, ${dead} dead, of ${negatives}`
  })
  return ['', style.heading('By strategy'), ...lines, ...hanging(INDENT, STRATEGIES, style.width).map(style.faint)]
}

function markLines({ marks }: DiagnosisReport, style: PageStyle): string[] {
  if (marks.length === 0) return []
  return [
    '',
    style.heading('Marks of the source'),
    ...marks.flatMap((mark) => hanging('  ', oneLine(markText(mark)), style.width)),
    ...hanging(INDENT, MARKS, style.width).map(style.faint),
  ]
}

const INDENT = '      '

function figureLines({ title, text, meaning, worry, isWorrying }: Figure, { width, ...style }: PageStyle): string[] {
  const name = `${isWorrying ? '! ' : '  '}${title.padEnd(26)}`
  return [
    ...hanging(name, text, width).map((line) => (isWorrying ? style.heading(line) : line)),
    ...hanging(INDENT, meaning, width).map(style.faint),
    ...hanging(INDENT, worry, width).map(style.faint),
  ]
}
