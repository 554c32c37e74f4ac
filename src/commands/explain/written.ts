// The part of the page that explains one row which is about passages written for it: what the query needs, and what became of each.
import { cut, oneLine } from '../../base/text.ts'
import type { Explanation } from './explain.ts'
import type { ExplainedCandidate } from './explained-passages.ts'
import { percent } from '../../base/format.ts'
import { hanging, INDENT, marginOf, type PageStyle } from '../../terminal/page.ts'

/** Lines of a passage that are shown. */
const OPENING_LINES = 3

export function writtenLines({ analysis, candidates }: Explanation, style: PageStyle): string[] {
  if (analysis === null) return []
  return [
    ...analysisLines(analysis, style),
    ...candidates.flatMap((candidate) => ['', ...candidateLines(candidate, analysis, style)]),
  ]
}

type Analysis = NonNullable<Explanation['analysis']>

function analysisLines(
  { need, meets, boundary, requirements, perturbations, model }: Analysis,
  style: PageStyle,
): string[] {
  const { width, heading } = style
  const parts = [
    ['need', need],
    ['meets', meets],
    ['boundary', boundary],
  ] as const
  return [
    '',
    ...hanging('', `analysis by ${model}`, width).map(heading),
    ...parts.flatMap(([name, text]) => hanging(`  ${name.padEnd(9)}`, oneLine(text), width)),
    ...requirements.flatMap(({ text, isCritical }, index) => [
      ...hanging(`  ${`${index + 1}.`.padEnd(4)}`, `${isCritical ? 'critical' : 'minor'}: ${oneLine(text)}`, width),
      ...perturbations
        .filter(({ requirement }) => requirement === index + 1)
        .flatMap(({ strategy, how }) =>
          hanging(`      `, how === '' ? strategy : `${strategy}: ${oneLine(how)}`, width).map(style.faint),
        ),
    ]),
  ]
}

function candidateLines(candidate: ExplainedCandidate, { requirements }: Analysis, style: PageStyle): string[] {
  const { passage, title, text, strategy, requirement, rewrites, attempt, discarded, model } = candidate
  const { width } = style
  const facts = [
    `requirement ${requirement} by ${strategy}`,
    ...(attempt === 2 ? ['second version'] : []),
    ...(rewrites === undefined ? [] : [`made from ${oneLine(rewrites)}`]),
    `by ${model}`,
  ]
  const opening = cut(oneLine(title ? `${title} — ${text}` : text), OPENING_LINES * (width - INDENT.length - 4))
  const fate = discarded ? `discarded (${discarded.code})` : 'added'
  const head = hanging('  ', `${fate}  ${passage}: ${facts.join(', ')}`, width)
  return [
    ...(discarded ? head : head.map(style.heading)),
    ...(opening === '' ? [] : hanging(INDENT, opening, width).map(style.faint)),
    ...(discarded ? hanging(marginOf('why'), oneLine(discarded.text), width) : []),
    ...verificationLines(candidate, requirements.length, style),
    ...candidate.evidence.flatMap((item) => {
      const said =
        item.kind === 'verdict'
          ? `${item.verdict}${item.reason ? `: ${item.reason}` : ''}`
          : `not read: ${item.why}: ${item.detail}`
      return hanging(marginOf(item.stage), oneLine(said), width)
    }),
    ...hardnessLines(candidate, style),
  ]
}

function hardnessLines({ hardness }: ExplainedCandidate, { width }: PageStyle): string[] {
  if (hardness === null) return []
  return hanging(marginOf('hardness'), `percentile ${percent(hardness, 0)} of the row's mined negatives`, width)
}

function verificationLines({ verification }: ExplainedCandidate, count: number, { width }: PageStyle): string[] {
  if (verification === null) return []
  const { attemptsAnswer, requirements, reason, model } = verification
  const each = requirements.slice(0, count).map((fulfilment, index) => `${index + 1} ${fulfilment}`)
  const answer = attemptsAnswer ? 'attempts an answer' : 'attempts no answer'
  const said = `${each.join(', ')}; ${answer}${reason ? `: ${oneLine(reason)}` : ''} (${model})`
  return hanging(marginOf('verify'), said, width)
}
