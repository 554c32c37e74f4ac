// The training scripts as Python: they compile, and say what their trainers make of the rows. Needs python3, and nothing installed in it.
import { spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { formatNamed } from '../src/rows/formats/index.ts'
import type { FormatName } from '../src/rows/formats/names.ts'
import { SCRIPT_FORMATS } from '../src/trainers/python/rows.ts'
import type { Label, Passage, Row } from '../src/rows/row.ts'
import { openTrainer } from '../src/trainers/index.ts'
import { TRAINER_NAMES, type TrainerName } from '../src/trainers/options.ts'
import { scriptOf } from '../src/trainers/script.ts'
import { tempDir, writeJsonl } from './support/files.ts'

const hasPython = spawnSync('python3', ['-c', 'import sys; sys.exit(sys.version_info < (3, 10))']).status === 0
if (!hasPython) process.stderr.write('SKIPPED: training scripts in Python: python3 (3.10 or newer) is not there\n')

/** Rows with all that trainers differ in: several positives, a query twice, few negatives, none, generated ones. */
const ROWS = [
  {
    query: 'what is rust',
    pos: ['iron oxide', 'red flakes'],
    neg: ['a game', 'a film'],
    neg_origins: ['generated', 'mined'],
  },
  { query: 'What is  rust', pos: ['a game'], neg: ['iron oxide', 'a car'] },
  { query: 'what is tin', pos: ['a metal'], neg: [] },
  { query: 'what is gold', pos: ['a yellow metal'], neg: ['n1', 'n2', 'n3', 'n4', 'n5', 'n6', 'n7', 'n8', 'n9'] },
  ...Array.from({ length: 12 }, (_, at) => ({ query: `q${at}`, pos: [`p${at}`], neg: [`x${at}`, `y${at}`] })),
]

describe.skipIf(!hasPython)('in Python', { timeout: 60_000 }, () => {
  const script = async (folder: string, trainer: TrainerName, format: FormatName, rows = 'rows.jsonl') => {
    const name = `${trainer}.${format}.train.py`
    writeFileSync(join(folder, name), scriptOf(await openTrainer(trainer), { rows, format, name }))
    return name
  }
  const run = (cwd: string, ...args: string[]) => {
    const { status, stdout, stderr } = spawnSync('python3', args, { cwd, encoding: 'utf8' })
    return { status, stdout, stderr }
  }

  it('every script of every format compiles', async () => {
    const folder = tempDir()
    const all = TRAINER_NAMES.flatMap((trainer) => SCRIPT_FORMATS.map((format) => script(folder, trainer, format)))
    expect(run(folder, '-W', 'error', '-m', 'py_compile', ...(await Promise.all(all)))).toMatchObject({
      status: 0,
      stderr: '',
    })
  })

  it('a dry run says what its trainer does with several positives and with short rows', async () => {
    const folder = tempDir()
    writeJsonl(join(folder, 'rows.jsonl'), ROWS)
    const said = []
    for (const trainer of TRAINER_NAMES) {
      const { status, stdout, stderr } = run(folder, await script(folder, trainer, 'bge'), '--dry-run')
      expect(stderr).toBe('')
      expect(status).toBe(0)
      said.push(`${trainer}\n${stdout}`)
    }
    expect(said.join('\n')).toMatchInlineSnapshot(`
      "st
      Training on 14 rows of 13 queries
        15 positives; 1 row with more than one
        33 negatives, 0 to 9 a row; 1 of them written by a model
        1 row of a query that has one already: made one with it
        1 row without negatives: random passages of other rows take their place
        15 examples of 7 negatives: one for every positive, none is ignored
        11 rows with fewer negatives: 55 drawn a second time, since all rows need the same number
        examples of one query are never in the same batch (NO_DUPLICATES), so no positive is taken for a negative
      Measured on 2 queries held out of the rows, 52 passages of the rows

      tevatron
      Training on 14 rows of 13 queries
        15 positives; 1 row with more than one
        33 negatives, 0 to 9 a row; 1 of them written by a model
        1 row of a query that has one already: made one with it
        1 row without negatives: random passages of other rows take their place
        Tevatron takes another positive of a row in each epoch: of 15, 0 do not come up in 5 epochs
        11 rows with fewer than 7 negatives: it draws from them until there are enough
      Measured on 2 queries held out of the rows, 52 passages of the rows

      flagembedding
      Training on 14 rows of 13 queries
        15 positives; 1 row with more than one
        33 negatives, 0 to 9 a row; 1 of them written by a model
        1 row of a query that has one already: made one with it
        1 row without negatives: random passages of other rows take their place
        FlagEmbedding draws one positive a row and epoch: of 15, about 1 do not come up in 2 epochs
        11 rows with fewer than 7 negatives: it draws from them again
      Measured on 2 queries held out of the rows, 52 passages of the rows

      ms-swift
      Training on 14 rows of 13 queries
        15 positives; 1 row with more than one
        33 negatives, 0 to 9 a row; 1 of them written by a model
        1 row of a query that has one already: made one with it
        1 row without negatives: random passages of other rows take their place
        ms-swift would ignore 2 of 15 positives (it takes the first of a row): each gets a row of its own
        55 negatives drawn a second time, since rows need the same number
      Measured on 2 queries held out of the rows, 52 passages of the rows

      automodel
      Training on 14 rows of 13 queries
        15 positives; 1 row with more than one
        33 negatives, 0 to 9 a row; 1 of them written by a model
        1 row of a query that has one already: made one with it
        1 row without negatives: random passages of other rows take their place
        Automodel takes another positive of a row in each epoch: of 15, 0 do not come up in 5 epochs
        11 rows with fewer than 7 negatives: it repeats them
        1 row with more negatives: 7 drawn at random, since it takes the first ones in every epoch
      Measured on 2 queries held out of the rows, 52 passages of the rows
      "
    `)
  })

  it('all formats hold the same rows', async () => {
    const folder = tempDir()
    const passages = (texts: string[], label: Label) =>
      texts.map((text, at): Passage => ({ id: `${label}${at}`, text, label, origin: 'given' }))
    const rows = ROWS.map(({ query, pos, neg }, at): Row => {
      return { id: `r${at}`, query, passages: [...passages(pos, 'positive'), ...passages(neg, 'negative')] }
    })
    const said = []
    for (const format of SCRIPT_FORMATS) {
      const { create } = formatNamed(format)
      writeJsonl(join(folder, `${format}.jsonl`), rows.map(create))
      said.push(run(folder, await script(folder, 'st', format, `${format}.jsonl`), '--dry-run').stdout)
    }
    expect(new Set(said).size).toBe(1)
    expect(said[0]).toContain('14 rows of 13 queries')
  })

  it.each([
    ['no plugin', '', 5, 4, 'm m m m'],
    ['a loss that goes by places', 'loss.py', 3, 2, 'm m'],
  ])('ms-swift gets mined negatives before generated ones, with %s', async (_what, plugin, again, alone, row) => {
    const folder = tempDir()
    const origins = [
      ['generated', 'mined', 'generated'],
      ['mined', 'mined'],
      ['generated'],
      ['mined', 'generated', 'mined'],
    ]
    const rows = origins.map((neg_origins, at) => ({
      query: `q${at}`,
      pos: [`p${at}`],
      neg: neg_origins.map((origin, number) => `${origin} ${number}`),
      neg_origins,
    }))
    writeJsonl(join(folder, 'rows.jsonl'), rows)
    const name = await script(folder, 'ms-swift', 'bge')
    const code = `import json, runpy; from pathlib import Path; from types import SimpleNamespace as S
m = runpy.run_path(${JSON.stringify(name)}); rows = m['read_rows'](Path('rows.jsonl'))
data = m['prepare'](rows, S(negatives=4, generated=2, in_batch=False, seed=1, plugin='${plugin}', query_prefix='', passage_prefix=''))
for row in sorted(data, key=lambda row: row['messages'][0]['content']):
    print(' '.join(each[0]['content'][0] for each in row['negative_messages']))`
    const { stdout, stderr } = run(folder, '-c', code)
    expect(stderr).toBe('')
    expect(stdout.trim().split('\n')).toEqual([
      'ms-swift would ignore 0 of 4 positives (it takes the first of a row): each gets a row of its own',
      `  ${again} negatives drawn a second time, since rows need the same number`,
      '  2 mined, then 2 generated negatives in a row: NUM_MINED_NEGATIVES=2 for a loss that tells them by order',
      `  1 row without generated negatives: ${alone} mined ones alone`,
      '  1 row with generated negatives only: 2 of them, in the place of mined ones',
      'm m g g',
      row,
      'g g',
      'm m g g',
    ])
  })

  it('holds out the same queries whatever the order and the other rows', async () => {
    const folder = tempDir()
    const name = await script(folder, 'st', 'bge')
    const heldOut = (rows: object[]) => {
      writeJsonl(join(folder, 'rows.jsonl'), rows)
      const code = `import runpy; from pathlib import Path; from types import SimpleNamespace as S
m = runpy.run_path(${JSON.stringify(name)}); rows = m['read_rows'](Path('rows.jsonl'))
_, e = m['hold_out'](rows, S(held_out=.3, most_held_out=500, most_documents=10))
print(sorted(e.queries))`
      return run(folder, '-c', code).stdout
    }
    const all = heldOut(ROWS)
    expect(all).toMatch(/^\['.*'\]\n$/)
    expect(heldOut(ROWS.toReversed())).toBe(all)
    const gone = /'([^']*)'/.exec(all)?.[1]
    expect(heldOut(ROWS.filter(({ query }) => query !== gone))).not.toContain(`'${gone}'`)
  })

  it.each<[string, object[] | undefined, string[], string]>([
    [
      'rows that are not there',
      undefined,
      [],
      'is not there. Move this script back beside its rows, or give them with --rows FILE.',
    ],
    ['no rows', [], [], 'has no rows, so there is nothing to train on.'],
    [
      'one query',
      [ROWS[0] as object],
      [],
      'All rows have the same query. Nothing can be held out: give a test collection with --eval DIR.',
    ],
    [
      'a row of another format',
      [...ROWS, { query: 'q', positive_passages: [] }],
      [],
      `rows.jsonl:${ROWS.length + 1}: no row of the format bge, which this script reads: KeyError 'pos'`,
    ],
    [
      'scores that are missing',
      ROWS,
      ['--distill'],
      '--distill needs a score for every passage; 13 rows of 13 lack one.',
    ],
    [
      'a folder that is no collection',
      ROWS,
      ['--eval', '.'],
      'not found: corpus.jsonl, queries.jsonl, qrels/test.tsv. Give a folder in the form of BEIR, and its --split.',
    ],
    [
      'a model folder in use',
      ROWS,
      ['--out', '.', '--max-steps', '1'],
      'is not empty. Give another folder with --out, or delete it.',
    ],
  ])('stops at %s', async (_what, rows, args, message) => {
    const folder = tempDir()
    if (rows !== undefined) writeJsonl(join(folder, 'rows.jsonl'), rows)
    const { status, stderr } = run(folder, await script(folder, 'st', 'bge'), ...args)
    expect(stderr).toContain(message)
    expect(status).toBe(1)
  })
})
