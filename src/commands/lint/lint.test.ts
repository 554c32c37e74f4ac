// winnow lint as a command: its page, its exit codes, its files, and what it refuses.
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { readJsonl, tempDir, writeJsonl } from '../../../test/support/files.ts'
import { runWinnow } from '../../../test/support/run-winnow.ts'
import { lint } from './lint.ts'

const page = readFileSync(join(import.meta.dirname, '../../../docs/commands/lint.md'), 'utf8')
/** The files that the page shows. */
const shown = (name: string) => new RegExp(`\\$ cat ${name}\\n([\\s\\S]*?)(?=\\$|\`\`\`)`).exec(page)?.[1] ?? ''

test('the docs show what it really prints and writes', async () => {
  const cwd = tempDir()
  writeFileSync(join(cwd, 'tuples.jsonl'), shown('tuples.jsonl'))
  const args = ['lint', 'tuples.jsonl', '--for', 'sentence-transformers:mnrl']
  const { code, stdout } = await runWinnow(args, { cwd })
  expect(code).toBe(1)
  expect(page).toContain(stdout.trim())
  const fixed = await runWinnow([...args, '--fix', '--negatives', '2', '--out', 'mended.jsonl'], { cwd })
  expect(fixed.code).toBe(0)
  expect(page).toContain(fixed.stdout.slice(fixed.stdout.indexOf('mended.jsonl: ')).trim())
  expect(readFileSync(join(cwd, 'mended.jsonl'), 'utf8')).toBe(shown('mended.jsonl'))
})

const file = (records: object[], name = 'rows.jsonl') => writeJsonl(join(tempDir(), name), records)
const BGE = { query: 'q', pos: ['p'], neg: [...'abcdefg'] }

describe('exit codes', () => {
  test.each<[string, number, object[], string[]]>([
    ['nothing wrong', 0, [BGE], []],
    ['a warning', 0, [{ ...BGE, neg: ['a'] }], []],
    ['a warning with --strict', 1, [{ ...BGE, neg: ['a'] }], ['--strict']],
    ['an error', 1, [{ ...BGE, pos: 'p' }], []],
    ['a trainer that there is not', 2, [BGE], ['--for', 'torch']],
    ['a loss that there is not', 2, [BGE], ['--for', 'tevatron:mnrl']],
  ])('%s: %i', async (_what, code, records, args) => {
    const path = file(records)
    expect(await runWinnow(['lint', path, '--for', 'flagembedding', ...args])).toMatchObject({ code })
  })
})

describe('refused', () => {
  test.each<[string, object, string]>([
    ['no trainer', {}, 'no trainer: name one with --for'],
    ['--fix without --out', { for: ['tevatron'], fix: true }, 'name it with --out'],
    ['--out without --fix', { for: ['tevatron'], out: 'x.jsonl' }, 'which was not given'],
    ['--fix for two', { for: ['tevatron', 'ms-swift'], fix: true, out: 'x.jsonl' }, '--fix mends for one trainer'],
    ['an unknown loss', { for: ['tevatron:mnrl'] }, 'allowed after tevatron: contrastive, distil, reranker'],
  ])('%s', async (_what, options, message) => {
    await expect(lint(file([BGE]), options)).rejects.toThrow(message)
  })

  test('an input as the output, a file without records, and one that names a corpus', async () => {
    const path = file([BGE])
    await expect(lint(path, { for: ['winnow'], fix: true, out: path })).rejects.toThrow('is an input of this command')
    const empty = join(tempDir(), 'empty.jsonl')
    writeFileSync(empty, '\n')
    await expect(lint(empty, { for: ['winnow'] })).rejects.toThrow('holds no record')
    const nemo = join(tempDir(), 'nemo.json')
    const row = { question_id: '1', question: 'q', corpus_id: 'c', pos_doc: [{ id: '1' }], neg_doc: [{ id: '2' }] }
    writeFileSync(nemo, JSON.stringify({ corpus: [{ path: 'c' }], data: [row] }))
    expect(await lint(nemo, { for: ['automodel'], negatives: 1 })).toMatchObject({
      rows: 1,
      targets: [{ findings: [] }],
    })
    await expect(lint(nemo, { for: ['automodel'], fix: true, out: join(tempDir(), 'x.jsonl') })).rejects.toThrow(
      'names a corpus',
    )
  })
})

test('several trainers are asked in one pass, and --json is the report', async () => {
  const path = file([{ ...BGE, id: 7 }])
  const { stdout } = await runWinnow(['lint', path, '--for', 'flagembedding', '--for', 'automodel', '--json'])
  const report = JSON.parse(stdout) as Awaited<ReturnType<typeof lint>>
  expect(report.targets.map(({ for: name, findings }) => [name, findings.map(({ code }) => code)])).toEqual([
    ['flagembedding:embedder', []],
    ['automodel:bi-encoder', ['AM101']],
  ])
})

test('any container is read and written; a file that FlagEmbedding would pass over is said', async () => {
  const folder = tempDir()
  const parquet = join(folder, 'rows.parquet')
  await lint(file([BGE, { ...BGE, neg: ['n', null] }]), { for: ['flagembedding'], fix: true, out: parquet })
  const report = await lint(parquet, { for: ['flagembedding'], fix: true, out: join(folder, 'rows.jsonl') })
  expect(report.targets[0]?.findings.map(({ code }) => code)).toContain('FE113')
  expect(report.fixed?.targets[0]?.findings.map(({ code }) => code)).not.toContain('FE113')
  expect(readJsonl(join(folder, 'rows.jsonl'))).toEqual([BGE, { ...BGE, neg: ['n'] }])
})

test('values nested without end make a line that cannot be read, which is written as it is', async () => {
  const [path, out] = [join(tempDir(), 'rows.jsonl'), join(tempDir(), 'out.jsonl')]
  const deep = `{"query":"q","pos":"p","neg":["n"],"x":${'['.repeat(20_000)}${']'.repeat(20_000)}}`
  writeFileSync(path, `${JSON.stringify(BGE)}\n${deep}\n`)
  const report = await lint(path, { for: ['flagembedding'], fix: true, out })
  expect(readFileSync(out)).toEqual(readFileSync(path))
  expect(report.fixed?.targets[0]?.findings).toMatchObject([{ code: 'DT101', examples: [{ line: 2 }] }])
})

test('a record that has a key twice, or bytes that are not UTF-8, is written as it is and stays wrong', async () => {
  const [path, out] = [join(tempDir(), 'rows.jsonl'), join(tempDir(), 'out.jsonl')]
  const [neg] = [JSON.stringify(BGE.neg)]
  const lines = [`{"query":"q","pos":"p","neg":${neg},"query":"z"}\n`, `{"query":"\xe9","pos":"p","neg":${neg}}\n`]
  writeFileSync(path, Buffer.from(lines.join(''), 'latin1'))
  const report = await lint(path, { for: ['flagembedding'], fix: true, out })
  expect(readFileSync(out)).toEqual(readFileSync(path))
  expect(report.fixed?.targets[0]?.findings).toMatchObject([{ code: 'FE102', rows: 2 }])
})
