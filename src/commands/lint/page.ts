// The page of winnow lint: what is wrong for each trainer, what it does, where its code does it; and what was mended.
import { plural } from '../../base/format.ts'
import { oneLine } from '../../base/text.ts'
import type { LintFinding, LintTarget } from '../../lint/lint.ts'
import type { Severity } from '../../lint/rule.ts'
import { hanging, type PageStyle } from '../../terminal/page.ts'
import type { FixReport, LintReport } from './lint.ts'

const SHOWN = 3
const HEADINGS: Readonly<Record<Severity, string>> = { error: 'ERRORS', warning: 'WARNINGS', note: 'NOTES' }

export function lintPage({ file, rows, targets, fixed }: LintReport, style: PageStyle): string[] {
  const left = fixed === null ? [] : fixLines(fixed, style)
  return [...targets.flatMap((target) => targetLines(target, file, rows, style)), ...left]
}

function targetLines({ for: name, findings }: LintTarget, file: string, rows: number, style: PageStyle): string[] {
  const head = style.heading(`${nameOf(file)} for ${name}: ${plural(rows, 'row')}, ${countsOf(findings)}`)
  const groups = Map.groupBy(findings, ({ severity }) => severity)
  return [
    head,
    ...[...groups].flatMap(([severity, found]) => [
      '',
      style.heading(HEADINGS[severity]),
      ...found.flatMap((finding) => ['', ...findingLines(finding, file, style)]),
    ]),
    '',
  ]
}

/** Returns the numbers of errors, warnings and notes, in words. */
function countsOf(findings: readonly LintFinding[]): string {
  const count = (severity: Severity) => findings.filter((finding) => finding.severity === severity).length
  const parts = [plural(count('error'), 'error'), plural(count('warning'), 'warning'), plural(count('note'), 'note')]
  return findings.length === 0 ? 'nothing to mend' : parts.filter((part) => !part.startsWith('0 ')).join(', ')
}

function findingLines(
  { code, title, rows, effect, source, fix, advice, examples }: LintFinding,
  file: string,
  style: PageStyle,
): string[] {
  return [
    `  ${style.heading(`${code} ${title}`)}: ${plural(rows, 'row')}`,
    ...hanging('    ', effect, style.width),
    ...hanging('    → ', fix === null ? advice : `--fix ${fix}.`, style.width),
    ...examples
      .slice(0, SHOWN)
      .flatMap(({ line, note }) => hanging(`      ${nameOf(file)}:${line}  `, oneLine(note), style.width)),
    ...(examples.length > SHOWN ? [style.faint('      …')] : []),
    ...hanging('    ', `in ${source}`, style.width).map(style.faint),
  ]
}

function fixLines({ path, rows, counts, targets }: FixReport, style: PageStyle): string[] {
  const mended = Object.entries(counts)
  const left = targets.flatMap(({ findings }) => findings)
  return [
    style.heading(`${nameOf(path)}: ${plural(rows, 'row')} written`),
    ...(mended.length === 0 ? ['  nothing was mended'] : []),
    ...mended.map(([code, count]) => `  ${code} mended in ${plural(count, 'row')}`),
    ...left.map(
      ({ code, severity, title, rows: many }) => `  left: ${code} ${title} (${severity}, ${plural(many, 'row')})`,
    ),
  ]
}

const nameOf = (file: string) => (file === '-' ? 'standard input' : file)
