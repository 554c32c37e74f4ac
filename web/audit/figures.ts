// The figures of an agreement, as lines of tables.
import type { AgreementView, FigureView, JudgeAgreement, PairAgreement, RaterAgreement } from '../../src/audit/api.ts'

export interface FigureLine {
  /** Whom it is about; empty where the line above says it. */
  of: string
  name: string
  figure: FigureView
  /** Whether it is a share, shown in percent; otherwise it may be negative. */
  isShare: boolean
  /** Passages behind it. */
  items: number
}

export interface FigureGroup {
  title: string
  says: string
  lines: FigureLine[]
}

type Own = Omit<FigureLine, 'of' | 'items'>

const share = (name: string, figure: FigureView): Own => ({ name, figure, isShare: true })
const measure = (name: string, figure: FigureView): Own => ({ name, figure, isShare: false })

/** Gives lines their passages, and the first of them whom they are about. */
const linesOf = (of: string, items: number, own: Own[]): FigureLine[] =>
  own.map((line, index) => ({ ...line, items, of: index === 0 ? of : '' }))

/** Returns the groups that have lines, in the order to show them. */
export function groupsIn(view: AgreementView): FigureGroup[] {
  return [
    wholeFile(view),
    {
      title: 'All people together',
      says: 'Of passages that at least two people graded.',
      lines: view.between ? together(view.between) : [],
    },
    {
      title: 'Two people',
      says: 'Of passages that both graded, weighted to the whole file.',
      lines: view.pairs.flatMap(pair),
    },
    {
      title: 'The models against people',
      says: 'Whether a negative is relevant after all, weighted to the whole file.',
      lines: view.judges.flatMap(judge),
    },
    {
      title: 'One model against another',
      says: 'By how much the kappa of the first is higher. Where the interval holds 0, no difference can be told.',
      lines: view.differences.flatMap(({ judges, assessor, items, difference }) =>
        linesOf(`${judges[0]} − ${judges[1]}, ${personOf(assessor)}`, items, [measure("Cohen's kappa", difference)]),
      ),
    },
  ].filter(({ lines }) => lines.length > 0)
}

function wholeFile({ file, uncovered }: AgreementView): FigureGroup {
  const title = 'The whole file'
  if (file === null) return { title, says: '', lines: [] }
  const missing = uncovered > 0 ? ` No figure speaks for ${uncovered} passages of strata that were not judged.` : ''
  const tied = file.disputed > 0 ? ` ${file.disputed} on which people are divided count in part.` : ''
  const lines = [
    ...linesOf('', file.items, [share('negatives that are relevant', file.falseNegatives)]),
    ...linesOf('', file.leftItems, [share('of those that the run left, relevant', file.left)]),
    ...(file.wrongPositives
      ? linesOf('', file.items, [share('positives that are not relevant', file.wrongPositives)])
      : []),
  ]
  return { title, says: `What the sample says about all of it, by its weights.${missing}${tied}`, lines }
}

const personOf = (assessor: string | null) => assessor ?? 'most people'

function together({ items, binary, graded }: RaterAgreement): FigureLine[] {
  return linesOf('', items, [
    share('pairs of people agree', binary.observed),
    measure("Fleiss' kappa", binary.fleiss),
    measure("Krippendorff's alpha", binary.alpha),
    measure("Gwet's AC1", binary.ac1),
    measure('PABAK', binary.pabak),
    ...(graded
      ? [
          measure("Krippendorff's alpha, by grade", graded.alphaOrdinal),
          measure("Fleiss' kappa, by grade", graded.fleiss),
        ]
      : []),
  ])
}

function pair({ assessors, items, binary, graded }: PairAgreement): FigureLine[] {
  return linesOf(assessors.join(' and '), items, [
    measure("Cohen's kappa", binary.kappa),
    measure("Gwet's AC1", binary.ac1),
    measure('PABAK', binary.pabak),
    ...(graded
      ? [measure('kappa by grade', graded.kappa), measure('kappa by grade, quadratic weights', graded.quadratic)]
      : []),
  ])
}

function judge({ stage, assessor, items, precision, recall, kappa, ac1 }: JudgeAgreement): FigureLine[] {
  return linesOf(`${stage === 'run' ? 'the run' : stage}, ${personOf(assessor)}`, items, [
    measure("Cohen's kappa", kappa),
    measure("Gwet's AC1", ac1),
    share('precision', precision),
    share('recall', recall),
  ])
}

/** Returns a figure for people: `.524` or `12.5%`. */
export function written(value: number | null, isShare: boolean): string {
  if (value === null) return 'cannot be told'
  if (isShare) return `${(100 * value).toFixed(1)}%`
  return value.toFixed(3).replace('-', '−').replace('0.', '.')
}
