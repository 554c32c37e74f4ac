// node bench/shortcut.ts train --rows ROWS --held ROWS --eval DIR --work DIR [--only ARM,…] [--seeds N,…]: do generated negatives teach a
// model where they come from, and does a term of the loss help? Trains arms with seeds; work already in --work is not repeated, so that
// several processes may share the work with --only and --seeds. node bench/shortcut.ts write --rows ROWS --held ROWS --work DIR: writes the
// rows of the arms to files, for other encoders and for `winnow diagnose`. node bench/shortcut.ts report --rows ROWS --held ROWS --work
// DIR: prints the results so far as tables in Markdown.
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import type { Row } from '../src/rows/row.ts'
import { ARMS, FILES, rowsOf } from './shortcut/arms.ts'
import { inFolder } from './folder.ts'
import { inShortcutLaboratory, rowsIn } from './shortcut/laboratory.ts'
import { report } from './shortcut/report.ts'
import { unitOf } from './shortcut/unit.ts'

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    rows: { type: 'string' },
    held: { type: 'string' },
    eval: { type: 'string' },
    work: { type: 'string' },
    only: { type: 'string', default: ARMS.map(({ name }) => name).join() },
    seeds: { type: 'string', default: '1,2,3,4,5' },
    threads: { type: 'string', default: '1' },
  },
})

function named(name: 'rows' | 'held' | 'eval' | 'work'): string {
  const value = values[name]
  if (value === undefined) throw new Error(`--${name} is missing`)
  return value
}

function armNamed(name: string) {
  const arm = ARMS.find((each) => each.name === name)
  if (arm === undefined) throw new Error(`--only ${name}: allowed: ${ARMS.map((each) => each.name).join(', ')}`)
  return arm
}

/** Formats a row as a line in Tevatron's format. */
function lineOf({ id, query, passages }: Row): string {
  const columns = (wanted: string) =>
    passages
      .filter(({ label }) => label === wanted)
      .map(({ id: docid, title = '', text, origin }) => ({
        docid,
        title,
        text,
        ...(origin === 'generated' ? { origin } : {}),
      }))
  return `${JSON.stringify({
    query_id: id,
    query,
    positive_passages: columns('positive'),
    negative_passages: columns('negative'),
  })}\n`
}

const work = named('work')
if (positionals[0] === 'report') {
  const lines = report(work, { trained: await rowsIn(named('rows')), held: await rowsIn(named('held')) })
  process.stdout.write(`${lines.join('\n')}\n`)
} else if (positionals[0] === 'write') {
  mkdirSync(work, { recursive: true })
  for (const [prefix, rows] of [
    ['', await rowsIn(named('rows'))] as const,
    ['held-', await rowsIn(named('held'))] as const,
  ])
    for (const file of FILES)
      writeFileSync(join(work, `${prefix}${file}.jsonl`), rowsOf(rows, file).map(lineOf).join(''))
} else if (positionals[0] === 'train') {
  const [arms, seeds] = [values.only.split(',').map(armNamed), values.seeds.split(',').map(Number)]
  const paths = { rows: named('rows'), held: named('held'), eval: named('eval') }
  await inFolder((folder) =>
    inShortcutLaboratory(paths, Number(values.threads), folder, async (lab) => {
      for (const seed of seeds)
        for (const arm of arms) {
          await unitOf(lab, arm, seed, work)
          process.stderr.write(`${arm.name}, seed ${seed}\n`)
        }
    }),
  )
} else throw new Error('say train, write or report')
