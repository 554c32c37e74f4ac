// The training scripts beside rows: written where they belong, and kept if they were changed.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { tempDir } from './support/files.ts'
import { runWinnow } from './support/run-winnow.ts'

const root = resolve(import.meta.dirname, '..')
const example = (path: string) => join(root, 'examples', path)
const replies = ['screen', 'judge'].flatMap((stage) => [`--${stage}`, `replay:${example(`replies/${stage}.jsonl`)}`])
const clean = (out: string, ...more: string[]) =>
  runWinnow(['clean', example('rows.jsonl'), '--out', out, '--tasks', example('tasks.yaml'), ...replies, ...more])

describe('a training script', () => {
  it('is written beside the rows, named in the list of files and in the manifest', async () => {
    const folder = tempDir()
    const { code, stderr } = await clean(join(folder, 'cleaned.jsonl.gz'))
    expect(code).toBe(0)
    const path = join(folder, 'cleaned.train.py')
    expect(stderr).toContain(`${path}        trains an encoder on the rows: start it with uv run or python`)
    expect(JSON.parse(readFileSync(join(folder, 'cleaned.manifest.json'), 'utf8'))).toMatchObject({
      outputs: { script: path },
    })
    const script = readFileSync(path, 'utf8')
    expect(script).toContain('# dependencies = ["sentence-transformers[train]>=6"]\n')
    expect(script).toContain('ROWS = HERE / "cleaned.jsonl.gz"\nOUT = HERE / "cleaned.model"\n')
  })

  it('goes where --report says, and finds the rows from there', async () => {
    const folder = tempDir()
    await clean(join(folder, 'rows', 'out.jsonl'), '--report', join(folder, 'about'), '--trainer', 'tevatron')
    expect(existsSync(join(folder, 'rows', 'out.train.py'))).toBe(false)
    const script = readFileSync(join(folder, 'about', 'out.train.py'), 'utf8')
    expect(script).toContain('ROWS = HERE / "../rows/out.jsonl"\n')
    expect(script).toContain('tevatron.retriever.driver')
  })

  it('is left out with --trainer off, and for rows on standard output', async () => {
    const folder = tempDir()
    await clean(join(folder, 'a.jsonl'), '--trainer', 'off')
    await clean('-', '--report', folder, '--ledger', join(folder, 'ledger.db'), '--trainer', 'st')
    expect(existsSync(join(folder, 'a.train.py'))).toBe(false)
    expect(existsSync(join(folder, 'winnow.train.py'))).toBe(false)
  })

  it('is written again for another trainer, but not once a person has changed it', async () => {
    const out = join(tempDir(), 'out.jsonl')
    const path = out.replace('.jsonl', '.train.py')
    await clean(out)
    const { stderr } = await clean(out, '--trainer', 'flagembedding')
    expect(stderr).not.toContain('was changed')
    const script = readFileSync(path, 'utf8')
    expect(script).toContain('FlagEmbedding')

    const changed = script.replace('"epochs": (2,', '"epochs": (3,')
    expect(changed).not.toBe(script)
    writeFileSync(path, changed)
    const again = await clean(out, '--trainer', 'tevatron')
    expect(again.code).toBe(0)
    expect(again.stderr).toContain(
      `note: ${path} was changed since Winnow wrote it, or is not from Winnow, so it stays as it is: delete or rename it to get a new one`,
    )
    expect(readFileSync(path, 'utf8')).toBe(changed)
  })

  it('leaves what cannot be a script where it is, and the run succeeds', async () => {
    const out = join(tempDir(), 'out.jsonl')
    mkdirSync(out.replace('.jsonl', '.train.py'))
    const { code, stderr } = await clean(out)
    expect(code).toBe(0)
    expect(stderr).toContain('out.train.py was changed since Winnow wrote it, or is not from Winnow')
    expect(existsSync(out.replace('.jsonl', '.manifest.json'))).toBe(true)
  })

  it('refuses a trainer that it does not know', async () => {
    const { code, stderr } = await clean(join(tempDir(), 'out.jsonl'), '--trainer', 'keras')
    expect(code).toBe(2)
    expect(stderr).toContain('--trainer "keras": allowed: st, tevatron, flagembedding, ms-swift, automodel, off')
  })

  it('stands beside mined rows, too', async () => {
    const out = join(tempDir(), 'mined.jsonl')
    const { code, stdout, stderr } = await runWinnow(['mine', example('collection'), '--split', 'test', '--out', out])
    expect(code).toBe(0)
    expect(stdout + stderr).toContain('mined.train.py  trains an encoder on the rows')
    expect(readFileSync(out.replace('.jsonl', '.train.py'), 'utf8')).toContain('columns["query"]')
  })
})
