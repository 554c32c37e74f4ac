// The work of winnow init.
import type { ListedCommand, Work } from '../../terminal/command.ts'
import { flagOf } from '../../options/options.ts'
import { printReport, withShell } from '../../terminal/shell.ts'
import { init, type InitReport } from './init.ts'
import { rowLines, SECTIONS, type Schemas } from './text.ts'

export const work: Work = async ([rows], options, shell) => {
  const schemas = await schemasOf(shell.commands)
  const report = await withShell(shell, (hooks) => init(rows, options, schemas, hooks), {
    hint: 'Nothing was written.',
  })
  await printReport(shell, report, () => initPage(report))
  return 0
}

async function schemasOf(commands: readonly ListedCommand[]): Promise<Schemas> {
  const entries = SECTIONS.map(async (name) => {
    const listed = commands.find((each) => each.name === name) as ListedCommand
    return [name, (await listed.load()).command.schema] as const
  })
  return Object.fromEntries(await Promise.all(entries)) as Schemas
}

const keyOf = (name: string) => flagOf(name).slice(2)

function initPage({ file, rows, environment, proposals }: InitReport): string[] {
  const set = Object.entries(proposals).filter(([, { value }]) => value !== undefined)
  const named = rows?.path ?? 'ROWS'
  return [
    `${file}: written. Read it and change what you need.`,
    ...(rows ? rowLines(rows) : ['no file of rows was named, and this folder has none']).map((line) => `  ${line}`),
    ...environment.lines.map((line) => `  ${line}`),
    '',
    'proposed for winnow clean',
    ...set.map(([name, { value, why }]) => `  ${keyOf(name).padEnd(8)} ${value}  (${why})`),
    '',
    'next',
    ...(rows?.medianNegatives === 0
      ? [`  npx winnow mine ${named} --corpus COLLECTION    find negatives first`]
      : [
          `  npx winnow doctor ${named}                       what is wrong with the rows? free`,
          `  npx winnow clean ${named} --limit 200 --dry-run  the prompts, and what it may cost`,
        ]),
  ]
}
