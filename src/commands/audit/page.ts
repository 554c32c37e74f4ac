// What winnow audit report prints: the people, how far they agree, how far the judges agree with them, and the whole file.
import { dirname, join } from 'node:path'
import type { AgreementView, FigureView, JudgeAgreement, KappaDifference, RaterFigures } from '../../audit/api.ts'
import type { AuditReport } from '../../audit/reported.ts'
import { counted, duration, figureText, percent, plainNumber, plural } from '../../base/format.ts'
import { shellWord } from '../../base/strings.ts'
import { tableLines } from '../../base/table.ts'
import { cut, oneLine } from '../../base/text.ts'
import { nextCommands } from '../../terminal/next.ts'
import { hanging, type PageStyle } from '../../terminal/page.ts'

export function reportPage(report: AuditReport, style: PageStyle): string[] {
  return [
    style.heading(`Audit: ${report.path}`),
    ...hanging('  ', introText(report), style.width),
    '',
    ...peopleLines(report),
    ...section(betweenLines(report), 'How far people agree (95% intervals over rows)', style),
    ...section(fileLines(report), 'The whole file, by the weights of the sample', style),
    ...section(judgeLines(report), 'The judges against people', style),
    ...section(differenceLines(report), 'Difference of kappas of two judges', style),
    ...section(paperLines(report), "Kappa of a judge and people in the papers' studies", style),
    ...notes(report, style),
    '',
    ...nextCommands(nextSteps(report)),
  ]
}

const section = (lines: readonly string[], heading: string, style: PageStyle): string[] =>
  lines.length === 0 ? [] : ['', style.heading(heading), ...lines]

function introText({ items, population, scale, assessors }: AgreementView): string {
  const grades =
    scale.name === 'binary' ? 'relevant or not' : `grades 0 to ${scale.grades - 1}, relevant from ${scale.relevantFrom}`
  const judged = assessors.reduce((sum, each) => sum + each.judged, 0)
  return `${plural(judged, 'judgement')} of ${plural(items, 'passage')} that stand for ${counted(population)}; ${grades}.`
}

function peopleLines({ assessors }: AgreementView): string[] {
  const head = ['', 'judged', 'of', 'relevant', 'unsure', 'skipped', 'median time']
  return tableLines([
    head,
    ...assessors.map(({ assessor, judged, all, graded, relevant, unsure, skipped, seconds }) => [
      nameText(assessor),
      counted(judged),
      counted(all),
      graded === 0 ? '–' : percent(relevant / graded, 0),
      counted(unsure),
      counted(skipped),
      seconds === null ? '–' : duration(seconds),
    ]),
  ])
}

const nameText = (name: string) => cut(oneLine(name), 20)

function betweenLines({ pairs, between, assessors }: AgreementView): string[] {
  if (between === null) return assessors.length > 1 ? ['  No passage has two grades yet.'] : []
  const two = pairs.flatMap(({ assessors: names, items, binary, graded }) => {
    const name = names.map(nameText).join(' – ')
    const { kappa, pabak, ac1, observed } = binary
    return [
      [name, counted(items), percent(observed, 0), ...[kappa, pabak, ac1].map(figureText)],
      ...(graded === null
        ? []
        : [
            ['  by grade', '', percent(graded.observed, 0), figureText(graded.kappa), '', figureText(graded.ac1)],
            ['  by grade, near ones count', '', '', figureText(graded.quadratic), '', figureText(graded.ac2)],
          ]),
    ]
  })
  const head = ['', 'passages', 'agree', 'kappa', 'PABAK', 'AC1']
  return [...tableLines([head, ...two]), '', ...togetherLines(between)]
}

/** All assessors together: a figure a line, by relevance and by grade. */
function togetherLines({ binary, graded, items }: NonNullable<AgreementView['between']>): string[] {
  const row = (name: string, figureIn: (figures: RaterFigures) => string, byGrade?: string) => [
    name,
    figureIn(binary),
    ...(graded === null ? [] : [byGrade ?? figureIn(graded)]),
  ]
  const figure = (name: 'fleiss' | 'pabak' | 'ac1' | 'alpha') => (figures: RaterFigures) => figureText(figures[name])
  return tableLines([
    [`everyone together, ${plural(items, 'passage')}`, 'relevant or not', ...(graded === null ? [] : ['by grade'])],
    row('  agree', ({ observed }) => (observed.value === null ? '–' : percent(observed.value, 0))),
    row("  Fleiss' kappa", figure('fleiss')),
    row('  PABAK', figure('pabak')),
    row('  AC1', figure('ac1')),
    row("  Krippendorff's alpha", figure('alpha')),
    ...(graded === null ? [] : [['  alpha, near grades count', '', figureText(graded.alphaOrdinal)]]),
  ])
}

function fileLines({ file, uncovered }: AgreementView): string[] {
  if (file === null) return []
  const { falseNegatives, left, leftItems, wrongPositives, negatives, items, disputed } = file
  const many =
    falseNegatives.value === null
      ? ''
      : `, about ${counted(Math.round(falseNegatives.value * negatives))} of ${counted(negatives)}`
  return [
    `  false negatives before   ${shareText(falseNegatives)} of the negatives${many} (${plural(items, 'passage')} graded)`,
    `  false negatives left     ${shareText(left)} of the negatives that the run left (${counted(leftItems)} graded)`,
    ...(wrongPositives === null ? [] : [`  wrong positives          ${shareText(wrongPositives)} of the positives`]),
    ...(disputed > 0 ? [`  ${plural(disputed, 'passage')} disputed by as many as not, and counted in part`] : []),
    ...(uncovered > 0
      ? [`  these figures do not speak for ${plural(uncovered, 'passage')} in strata of which nothing is graded yet`]
      : []),
  ]
}

function shareText({ value, low, high }: FigureView): string {
  if (value === null) return 'unknown share'
  return low === null || high === null ? percent(value) : `${percent(value)} (${percent(low)}–${percent(high)})`
}

function judgeLines({ judges }: AgreementView): string[] {
  if (judges.length === 0) return []
  const rowsOf = (figuresIn: (judge: JudgeAgreement) => FigureView[]) =>
    judges.map((judge, index) => [
      isAsAbove(judge, judges[index - 1]) ? '' : judgeName(judge),
      againstText(judge.assessor),
      counted(judge.items),
      ...figuresIn(judge).map(figureText),
    ])
  return [
    ...tableLines([
      ['', 'against', 'passages', 'precision', 'recall'],
      ...rowsOf(({ precision, recall }) => [precision, recall]),
    ]),
    '',
    ...tableLines([
      ['', 'against', 'passages', 'kappa', 'in the sample', 'PABAK', 'AC1'],
      ...rowsOf(({ kappa, kappaInSample, pabak, ac1 }) => [kappa, kappaInSample, pabak, ac1]),
    ]),
  ]
}

const againstText = (assessor: string | null) => (assessor === null ? 'most' : nameText(assessor))

const isAsAbove = (one: JudgeAgreement, above: JudgeAgreement | undefined) =>
  above !== undefined && above.stage === one.stage && above.model === one.model

const SHORT = 24

const judgeName = ({ stage, model }: JudgeAgreement) =>
  model === null ? 'the run as a whole' : cut(`${stage} ${oneLine(model)}`, SHORT)

function differenceLines({ differences }: AgreementView): string[] {
  if (differences.length === 0) return []
  const shown = shortNames(differences.flatMap(({ judges }) => judges))
  return tableLines([
    ['', 'against', 'passages', 'kappas', 'difference', ''],
    ...differences.map((each) => [
      each.judges.map(shown).join(' − '),
      againstText(each.assessor),
      counted(each.items),
      each.kappas.map((kappa) => (kappa === null ? '–' : plainNumber(kappa))).join(', '),
      figureText(each.difference),
      verdictOn(each),
    ]),
  ])
}

/** Names judges by their stage alone where that tells them apart. */
function shortNames(names: readonly string[]): (name: string) => string {
  const stageOf = (name: string) => name.slice(0, name.indexOf(' '))
  const all = [...new Set(names)]
  const isEnough = new Set(all.map(stageOf)).size === all.length
  return (name) => (isEnough ? stageOf(name) : cut(oneLine(name), SHORT))
}

function verdictOn({ difference: { low, high } }: KappaDifference): string {
  if (low === null || high === null) return 'too few rows'
  if (low > 0) return 'the first is better'
  return high < 0 ? 'the second is better' : 'no difference can be told'
}

const paperLines = ({ papers }: AgreementView): string[] =>
  papers.map(({ paper, judge, assessors, passages, kappa }) => {
    const how = assessors === null || passages === null ? '' : `, ${assessors} assessors, ${passages} pairs`
    return `  ${paper.padEnd(5)} ${judge.padEnd(12)} ${plainNumber(kappa)}${how}`
  })

function notes({ judges, undone, replaced, stored, assessors }: AuditReport, style: PageStyle): string[] {
  const all = [
    ...(judges.length > 0
      ? [
          'Kappa: agreement beyond chance, 0 to 1; by the weights for the whole file, and in the sample as the papers report it. Where nearly everything is irrelevant, kappa is low for good judges as well: look at PABAK and AC1.',
        ]
      : []),
    ...(assessors.length === 1 ? ['One person judged: nothing says how far another would agree.'] : []),
    ...(undone + replaced > 0
      ? [`${plural(undone, 'judgement')} taken back, ${replaced} replaced by a later one.`]
      : []),
    ...(stored === null
      ? []
      : [`${plural(stored.added, 'judgement')} new in the ledger ${stored.ledger}, as evidence of people.`]),
  ]
  return all.length === 0 ? [] : ['', ...all.flatMap((text) => hanging('  ', text, style.width).map(style.faint))]
}

function nextSteps({ rows, input, judgements, assessors }: AuditReport): [string, string][] {
  const isDone = assessors.every(({ judged, all }) => judged === all)
  const [before, audited] = [input, join(dirname(rows), 'audited.jsonl')].map(shellWord)
  return [
    ...(isDone ? [] : [[`studio ${shellWord(rows)}`, 'go on judging'] as [string, string]]),
    [`apply ${before} --out ${audited} --human overrides`, 'the word of people wins over the judges'],
    [`judges ${before} --gold ${shellWord(judgements)} --judge MODEL`, 'measure other judges against people'],
  ]
}
