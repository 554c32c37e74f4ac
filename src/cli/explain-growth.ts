// The part of an explanation that is about what was written for a row: requirements, candidates, what a verifier found, what became of each.
import { cut, oneLine } from '../doctor/text.ts'
import type { ExplainedCandidate, ExplainedGrowth } from '../run/growing/explained.ts'
import { percent, plural } from './format.ts'
import { hanging, type PageStyle } from './page.ts'

const MARGIN = 13
const margin = (name: string) => `  ${name.padEnd(MARGIN - 3)} `

export function growthLines(growth: ExplainedGrowth, style: PageStyle): string[] {
  const { need, meets, boundary, requirements, perturbations, candidates } = growth
  const { width, heading } = style
  return [
    heading('what the query needs'),
    ...hanging(margin('need'), oneLine(need), width),
    ...hanging(margin('met by'), oneLine(meets), width),
    ...hanging(margin('boundary'), oneLine(boundary), width),
    ...requirements.flatMap(({ text, isCritical }, at) => [
      ...hanging(margin(`${at + 1} ${isCritical ? 'critical' : 'minor'}`), oneLine(text), width),
      ...perturbations
        .filter(({ requirement }) => requirement === at + 1)
        .flatMap(({ strategy, how }) => hanging(margin(''), `${strategy}: ${oneLine(how)}`, width).map(style.faint)),
    ]),
    '',
    heading(`${plural(candidates.length, 'passage')} written`),
    ...candidates.flatMap((candidate) => ['', ...candidateLines(candidate, style)]),
  ]
}

/** Lines of a text that are shown. */
const OPENING_LINES = 4

function candidateLines(candidate: ExplainedCandidate, style: PageStyle): string[] {
  const { passage, title, text, strategy, requirement, rewrites, attempt, isAdded, discarded } = candidate
  const { width } = style
  const aim = [
    `${strategy} of requirement ${requirement}`,
    ...(rewrites === undefined ? [] : [`made from ${rewrites}`]),
    ...(attempt > 1 ? ['written a second time'] : []),
  ].join(', ')
  const became = isAdded ? 'added' : discarded ? `discarded: ${discarded.code}` : 'not decided'
  const words = oneLine(title === undefined ? text : `${title} — ${text}`)
  const head = hanging('  ', `${became}  ${passage}  ${aim}`, width)
  return [
    ...head.map(isAdded ? style.heading : (line: string) => line),
    ...hanging('    ', cut(words, OPENING_LINES * (width - 8)), width).map(style.faint),
    ...(discarded ? hanging('    because  ', oneLine(discarded.text), width) : []),
    ...verificationLines(candidate, style),
    ...candidate.evidence.flatMap((item) => {
      const said =
        item.kind === 'unread' ? `not read: ${item.why}: ${item.detail}` : `${item.verdict}: ${item.reason ?? ''}`
      return hanging(`    ${item.stage.padEnd(8)} `, oneLine(said), width)
    }),
    ...(candidate.hardness === null
      ? []
      : hanging('    hardness ', `percentile ${percent(candidate.hardness, 0)} of the row's mined negatives`, width)),
  ]
}

function verificationLines({ verification, requirement }: ExplainedCandidate, { width }: PageStyle): string[] {
  if (verification === null) return []
  const { model, attemptsAnswer, requirements, reason } = verification
  const found = requirements.map((each, at) => `${at + 1} ${each}${at + 1 === requirement ? ' (its target)' : ''}`)
  const said = [attemptsAnswer ? 'attempts an answer' : 'no attempt at an answer', ...found].join(', ')
  const why = reason === undefined ? '' : `: ${oneLine(reason)}`
  return hanging('    verify   ', `${said} (${model})${why}`, width)
}
