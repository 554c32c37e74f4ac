// Writes the tables of docs/ from declarations in the source: the options of docs/commands/*.md, evidence in docs/files.md, recipes in docs/torch.md,
// rules in docs/commands/lint.md; the functions of the Python package; and what coding agents read. A page with `<!-- as-in:train -->` names the
// options that it shares with that command in one row and links to them. With --check it only reports
// whether they are up to date.
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { allCommands } from '../src/main.ts'
import { agentFiles } from './agents.ts'
import { evidenceTables } from './evidence-tables.ts'
import { lintTables } from './lint-tables.ts'
import { pythonClient } from './python-client.ts'
import { flagOf, type OptionSpec } from '../src/options/options.ts'
import { RECIPES } from '../src/train/torch/recipes.ts'

const folder = join(import.meta.dirname, 'commands')
const commands = await allCommands()
const OPTIONS = /<!-- options:(\w+) -->[\s\S]*?<!-- \/options -->/g
const AS_IN = /<!-- as-in:(\w+) -->/
const RECIPE_TABLE = /<!-- recipes -->[\s\S]*?<!-- \/recipes -->/g
const EVIDENCE = /<!-- evidence -->[\s\S]*?<!-- \/evidence -->/
const LINT_RULES = /<!-- lint-rules -->[\s\S]*?<!-- \/lint-rules -->/

/** Returns the page with its tables as declared. @throws Error if it names an unknown command */
function withTables(page: string): string {
  const other = AS_IN.exec(page)?.[1]
  return withRecipes(withEvidence(withLintRules(page))).replace(OPTIONS, (_all, name: string) => {
    const rows = optionRows(schemaOf(name), other)
    const head = ['| option | what it does | default | allowed | paper |', '| --- | --- | --- | --- | --- |']
    return [`<!-- options:${name} -->`, '', ...head, ...rows, '', '<!-- /options -->'].join('\n')
  })
}

function schemaOf(name: string): Record<string, OptionSpec> {
  const command = commands.find((each) => each.name === name)
  if (command === undefined) throw new Error(`there is no command ${name}`)
  return command.schema
}

/** @param other the command whose page documents the options that share its declarations */
function optionRows(schema: Record<string, OptionSpec>, other: string | undefined): string[] {
  const others = other === undefined ? {} : schemaOf(other)
  const [own, shared]: [string[], string[]] = [[], []]
  for (const [option, spec] of Object.entries(schema)) {
    if (lineOf(option, others[option]) === lineOf(option, spec)) shared.push(`\`${flagOf(option)}\``)
    else own.push(tableRow(option, spec))
  }
  return other === undefined
    ? own
    : [...own, `| ${shared.join(', ')} | as in [\`winnow ${other}\`](${other}.md#options) |  |  |  |`]
}

/** What is said of an option, but for the methods that it is of, as in `rlhn, arhn: `: commands have different ones. */
const lineOf = (option: string, spec: OptionSpec | undefined) =>
  spec && tableRow(option, { ...spec, help: spec.help.replace(/^([a-z]+(, [a-z]+)*: )+/, '') })

const withEvidence = (page: string) =>
  page.replace(EVIDENCE, () => ['<!-- evidence -->', '', ...evidenceTables(), '', '<!-- /evidence -->'].join('\n'))

const withLintRules = (page: string) =>
  page.replace(LINT_RULES, () => ['<!-- lint-rules -->', '', ...lintTables(), '<!-- /lint-rules -->'].join('\n'))

/** Writes a row for each recipe of `winnow train --engine torch`. */
function withRecipes(page: string): string {
  const rows = Object.entries(RECIPES).map(([name, { about, source, options }]) => {
    const { base, engine: _engine, ...rest } = options
    const settings = Object.entries(rest).map(([option, value]) =>
      value === true ? flagOf(option) : `${flagOf(option)} ${JSON.stringify(value)}`,
    )
    return `| \`${name}\` | ${about} | \`${String(base)}\` | \`${settings.join(' ')}\` | ${source} |`
  })
  const head = ['| recipe | what it is | model | options | source |', '| --- | --- | --- | --- | --- |']
  return page.replace(RECIPE_TABLE, () =>
    ['<!-- recipes -->', '', ...head, ...rows, '', '<!-- /recipes -->'].join('\n'),
  )
}

function tableRow(name: string, spec: OptionSpec): string {
  const named = spec.isValueOptional === true ? `[${spec.value}]` : spec.value
  const value = spec.value === undefined ? '' : ` ${named}`
  const isShown = spec.default !== undefined && spec.default !== false && !spec.isList
  const cells = [
    `\`${flagOf(name)}${value}\``,
    spec.help,
    isShown ? `\`${String(spec.default)}\`` : '',
    spec.allowed ?? '',
    spec.paper ?? '',
  ]
  return `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`
}

/** Returns the generated files that are out of date, as they should be. */
export function staleFiles(): { path: string; content: string }[] {
  const client = join(import.meta.dirname, '../python/src/winnow/_commands.py')
  const files = pages().map(({ path, page }) => ({ path, content: withTables(page), before: page }))
  const before = existsSync(client) ? readFileSync(client, 'utf8') : ''
  const forAgents = agentFiles(commands).map(({ name, content }) => {
    const path = join(import.meta.dirname, '..', name)
    return { path, content, before: existsSync(path) ? readFileSync(path, 'utf8') : '' }
  })
  const all = [...files, { path: client, content: pythonClient(commands), before }, ...forAgents]
  return all.filter((file) => file.content !== file.before)
}

export function pages(): { path: string; page: string }[] {
  const names = readdirSync(folder).filter((name) => name.endsWith('.md'))
  const others = ['files.md', 'torch.md'].map((name) => join(import.meta.dirname, name))
  return [...names.map((name) => join(folder, name)), ...others].map((path) => ({
    path,
    page: readFileSync(path, 'utf8'),
  }))
}

if (import.meta.main) {
  const stale = staleFiles()
  if (process.argv.includes('--check')) {
    for (const { path } of stale) console.error(`${path}: it is out of date; run npm run docs`)
    process.exitCode = stale.length > 0 ? 1 : 0
  } else {
    for (const { path, content } of stale) writeFileSync(path, content)
  }
}
