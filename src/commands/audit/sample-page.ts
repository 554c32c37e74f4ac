// What winnow audit sample prints: what was drawn, for whom, and what to type next.
import { counted, plural } from '../../base/format.ts'
import { shellWord } from '../../base/strings.ts'
import { tableLines } from '../../base/table.ts'
import { oneLine } from '../../base/text.ts'
import { judgementPath, type Sample } from '../../audit/sample-file.ts'
import { nextCommands } from '../../terminal/next.ts'
import { hanging, type PageStyle } from '../../terminal/page.ts'

/** The document of --json: the head of the sample, and where everything is. */
export function sampleSummary({ path, head, items }: Sample) {
  const perAssessor = Object.fromEntries(
    head.settings.assessors.map((who) => [
      who,
      items.filter(({ assessors }) => assessors?.includes(who) ?? true).length,
    ]),
  )
  return { path, judgements: judgementPath(path), ...head, items: items.length, perAssessor }
}

export function samplePage(drawn: Sample, style: PageStyle): string[] {
  const { path, head } = drawn
  const { items, perAssessor } = sampleSummary(drawn)
  const { settings, strata, population } = head
  const names = Object.keys(strata[0]?.values ?? {})
  const passages = settings.positives ? 'passages' : 'negatives'
  const intro = `${plural(items, 'passage')} of ${counted(population)} ${passages}, drawn apart from each ${names.join(' and ')} (seed ${settings.seed}).`
  return [
    style.heading(`Sample for an audit: ${path}`),
    ...hanging('  ', intro, style.width),
    '',
    ...tableLines([
      [...names, passages, 'drawn', 'each stands for'],
      ...strata.map(({ values, population: all, items: count }) => [
        ...names.map((name) => oneLine(values[name as keyof typeof values] ?? '')),
        counted(all),
        counted(count),
        count === 0 ? '–' : counted(Math.round((10 * all) / count) / 10),
      ]),
    ]),
    '',
    ...hanging('  ', whoText(perAssessor, settings), style.width),
    '',
    ...nextCommands([
      [`studio ${shellWord(head.rows)}`, 'judge in the browser; every judgement is on the disk at once'],
      [`audit report ${shellWord(path)}`, 'how far people and judges agree'],
    ]),
  ]
}

function whoText(
  perAssessor: Record<string, number>,
  { assessors, overlap, scale }: Sample['head']['settings'],
): string {
  const grades =
    scale === 'graded'
      ? 'Grades: not relevant, related, relevant, perfect; the last two count as relevant.'
      : 'Grades: not relevant, relevant.'
  if (assessors.length === 0) return `Anyone may judge; everyone sees all passages. ${grades}`
  const each = assessors.map((who) => `${oneLine(who)} judges ${counted(perAssessor[who] ?? 0)}`).join(', ')
  const both = assessors.length === 1 ? '' : `; ${counted(overlap)} are judged by all of them (--overlap)`
  return `${each}${both}. ${grades}`
}
