// Writes the tables of rules in docs/commands/lint.md from the rules themselves.
import { rulesOf } from '../src/lint/rules/index.ts'
import type { Rule } from '../src/lint/rule.ts'
import { LINT_TRAINERS, LOSSES, type LintTrainer } from '../src/lint/targets.ts'

/** Titles of the families of rules, by the letters of their codes. */
const FAMILIES: Readonly<Record<string, string>> = {
  DT: 'The loader `datasets`',
  ST: 'sentence-transformers, and its cross-encoders',
  FE: 'FlagEmbedding',
  TV: 'Tevatron',
  SW: 'ms-swift',
  AM: 'NeMo Automodel',
  WN: 'Winnow',
  TX: 'Texts, for every trainer',
}

/** Returns the tables, one for each family of codes. */
export function lintTables(): string[] {
  const rules = new Map<string, { rule: Rule; trainers: Map<LintTrainer, readonly string[]> }>()
  for (const trainer of LINT_TRAINERS) {
    for (const rule of rulesOf(trainer)) {
      const entry = rules.get(rule.code) ?? { rule, trainers: new Map() }
      entry.trainers.set(trainer, rule.losses ?? LOSSES[trainer])
      rules.set(rule.code, entry)
    }
  }
  return Object.entries(FAMILIES).flatMap(([family, title]) => {
    const own = [...rules.values()].filter(({ rule }) => rule.code.startsWith(family))
    const head = [
      '| code | what is wrong | what the trainer does | losses | what to do |',
      '| --- | --- | --- | --- | --- |',
    ]
    return [`### ${title}`, '', ...head, ...own.map(({ rule, trainers }) => rowOf(rule, trainers)), '']
  })
}

function rowOf(rule: Rule, trainers: ReadonlyMap<LintTrainer, readonly string[]>): string {
  const { code, severity, title, effect, source, example, fix, advice } = rule
  const shown =
    example.length === 0 ? '' : `<br>${example.map((record) => `\`${JSON.stringify(record)}\``).join('<br>')}`
  const cells = [
    `\`${code}\`<br>${severity}`,
    `${title}${shown}`,
    `${effect}<br>\`${source}\``,
    lossesOf(trainers),
    fix === undefined ? advice : `\`--fix\` ${fix}`,
  ]
  return `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`
}

/** Names the losses of a rule where it is not about all of them. */
function lossesOf(trainers: ReadonlyMap<LintTrainer, readonly string[]>): string {
  const all = new Set([...trainers.keys()].flatMap((trainer) => LOSSES[trainer] as readonly string[]))
  const own = new Set([...trainers.values()].flat())
  const others = [...all].filter((loss) => !own.has(loss))
  if (others.length === 0) return 'all'
  return others.length < own.size ? `all but ${others.join(', ')}` : [...own].join(', ')
}
