// The changes of a run as Markdown, for a review or an issue.
import { oneLine } from '../../base/text.ts'
import type { ChangesReport } from '../../browse/changes/changes.ts'
import type { ShownItem } from '../../browse/changes/items.ts'
import { moveText } from '../../terminal/change-lines.ts'
import { countsText, nameOf } from './words.ts'

export function markdownPage(report: ChangesReport): string[] {
  const guessed = report.items.some((item) => 'mark' in item && item.mark?.by === 'likeness')
  return [
    `# ${escaped(countsText(report))}`,
    ...(guessed ? ['', 'In bold: the sentence most like the reason and the positive.'] : []),
    ...report.items.flatMap((item) => ['', `## ${escaped(nameOf(item))}`, '', ...itemLines(item)]),
  ]
}

function itemLines(item: ShownItem): string[] {
  const head = [
    `- **query**: ${escaped(item.query)}`,
    ...item.positives.map(({ text }) => `- **positive**: ${escaped(text)}`),
  ]
  const why = item.reason === '' ? [] : [`- **why**: ${escaped(item.reason)}`]
  switch (item.kind) {
    case 'dropped':
      return [...head, ...why]
    case 'undecided':
      return [
        ...head,
        ...why,
        ...item.calls.map(
          ({ stage, model, why: code, detail }) => `- **call**: ${escaped(`${stage} by ${model}: ${code}: ${detail}`)}`,
        ),
      ]
    case 'suspect':
      return [...head, ...item.preferred.map(({ text }) => `- **preferred**: ${escaped(text)}`), ...why]
    default:
      return [...head, `- **passage**: ${markedText(item)}`, `- **change**: ${escaped(moveText(item))}`, ...why]
  }
}

function markedText({ text, mark }: Extract<ShownItem, { mark: unknown }>): string {
  if (mark === null) return escaped(text)
  const characters = [...text]
  const [before, words, after] = [
    characters.slice(0, mark.start).join(''),
    characters.slice(mark.start, mark.end).join(''),
    characters.slice(mark.end).join(''),
  ]
  return `${escaped(before)} **${escaped(words)}** ${escaped(after)}`.replaceAll(/ {2,}/g, ' ').trim()
}

/** Writes a text on one line, so that nothing in it is taken for Markdown or HTML. */
const escaped = (text: string) => oneLine(text).replaceAll(/[\\`*_[\]<>|~&#]/g, (sign) => `\\${sign}`)
