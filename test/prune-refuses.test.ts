// Inputs that winnow prune cannot use: one clear error each, before anything is trained.
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { prune } from '../src/commands/prune/prune.ts'
import type { PruneInput } from '../src/commands/prune/options.ts'
import { tempDir, writeJsonl } from './support/files.ts'
import { collectionIn, filesIn, SMALL } from './support/pruning.ts'

const failure = (run: Promise<unknown>) =>
  run.then(
    () => expect.unreachable(),
    (error: Error) => error,
  )

describe('winnow prune refuses', () => {
  it.each<[string, (folder: string) => { paths: string[]; options: PruneInput }, RegExp]>([
    [
      'no collection and rows twice, all at once',
      (folder) => ({ paths: [...filesIn(folder), join(folder, 'wrong.jsonl')], options: { measure: 'nonsense' } }),
      /wrong\.jsonl given twice; no collections to evaluate on: give them with --eval; .*nonsense/,
    ],
    [
      'one file without datasets',
      (folder) => ({ paths: [filesIn(folder)[0] as string], options: { eval: [collectionIn(folder, 8)] } }),
      /no row names a dataset; allowed: two datasets or more/,
    ],
    [
      'one file as one dataset',
      (folder) => ({ paths: [filesIn(folder)[0] as string], options: { by: 'file', eval: [collectionIn(folder, 8)] } }),
      /--by file: one file is one dataset/,
    ],
    [
      'too few queries to halve',
      (folder) => ({ paths: filesIn(folder), options: { eval: [collectionIn(folder, 3)] } }),
      /set-3-9 test has 3 judged queries; allowed: 4 or more, to split in half/,
    ],
    [
      'an output that is read',
      (folder) => ({
        paths: filesIn(folder),
        options: { eval: [collectionIn(folder, 8)], out: join(folder, 'wrong.jsonl') },
      }),
      /wrong\.jsonl is an input of this command/,
    ],
    [
      'an output in the place of a collection’s queries',
      (folder) => {
        const set = collectionIn(folder, 8)
        return { paths: filesIn(folder), options: { eval: [set], out: join(set, 'queries.jsonl') } }
      },
      /queries\.jsonl is an input of this command/,
    ],
    [
      'a page in the place of the rows',
      (folder) => ({
        paths: filesIn(folder),
        options: { eval: [collectionIn(folder, 8)], out: join(folder, 'a.html'), html: join(folder, 'a.html') },
      }),
      /--html and --out name the same file/,
    ],
    [
      'a folder of the manifest without rows',
      (folder) => ({ paths: filesIn(folder), options: { eval: [collectionIn(folder, 8)], report: folder } }),
      /nothing is written without --out/,
    ],
    [
      'fewer than five seeds',
      (folder) => ({ paths: filesIn(folder), options: { eval: [collectionIn(folder, 8)], seeds: 2 } }),
      /--seeds 2: allowed: a whole number from 5 to 1000/,
    ],
    [
      'standard input',
      (folder) => ({ paths: ['-', ...filesIn(folder)], options: { eval: [collectionIn(folder, 8)] } }),
      /give files, not -/,
    ],
  ])('%s', async (_what, make, message) => {
    const folder = tempDir()
    const { paths, options } = make(folder)
    const error = await failure(prune(paths, { work: join(folder, 'work'), ...options }))
    expect(error.message).toMatch(message)
  })

  it('bad lines, of all files at once and before anything is trained', async () => {
    const folder = tempDir()
    const paths = filesIn(folder)
    for (const at of [0, 2])
      writeFileSync(paths[at] as string, `${readFileSync(paths[at] as string, 'utf8')}{"query":\n`)
    const options = {
      ...SMALL,
      steps: 2,
      noControls: true,
      eval: [collectionIn(folder, 8)],
      work: join(folder, 'work'),
    }
    const { message } = await failure(prune(paths, options))
    expect(message).toMatch(/nothing was trained[\s\S]*good-1\.jsonl:81: invalid JSON/)
    expect(message).toMatch(/wrong\.jsonl:81: invalid JSON/)
    const out = join(folder, 'kept.jsonl')
    await prune(paths, { ...options, onBadRow: 'skip', out })
    const bad = readFileSync(join(folder, 'kept.bad.jsonl'), 'utf8').trim().split('\n')
    expect(bad.map((line) => JSON.parse(line) as object)).toEqual(
      [0, 2].map((at) => ({ file: paths[at], line: 81, problems: [expect.any(String)], raw: '{"query":' })),
    )
    expect(readFileSync(out, 'utf8')).not.toContain('{"query":\n')
  })

  it('rows of two formats in one file', async () => {
    const folder = tempDir()
    const bge = writeJsonl(join(folder, 'bge.jsonl'), [{ query: 'what', pos: ['this'], neg: ['that'] }])
    const options = { eval: [collectionIn(folder, 8)], out: join(folder, 'kept.jsonl'), work: join(folder, 'work') }
    const { message } = await failure(prune([...filesIn(folder), bge], options))
    expect(message).toMatch(/rows of different formats cannot share one file \(.*bge\.jsonl: bge\)/)
  })
})
