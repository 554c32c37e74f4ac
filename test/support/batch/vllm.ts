// A vllm command for tests of scripts: `vllm run-batch` finds what the gold of the examples has, or dies in the middle of its output file.
import { chmodSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { readJsonl } from '../files.ts'

const EXAMPLES = join(import.meta.dirname, '../../../examples')

interface Passage {
  docid: string
  title: string
  text: string
}

/** The texts of negatives that are as good as the positive, as prompts show them. */
function falseNegatives(): string[] {
  const gold = readJsonl<{ row: string; passage: string; grade: number }>(join(EXAMPLES, 'gold.jsonl'))
  const isFound = new Set(gold.filter(({ grade }) => grade === 2).map(({ passage }) => passage))
  return readJsonl<{ negative_passages: Passage[] }>(join(EXAMPLES, 'rows.jsonl'))
    .flatMap(({ negative_passages }) => negative_passages)
    .filter(({ docid }) => isFound.has(docid))
    .map(({ title, text }) => `${title}. ${text}`)
}

/**
 * Writes the command into a folder, which is to be first on PATH. It lists its calls in the file `calls` there.
 * @param dies its process ends after the first line of files whose path holds this
 */
export function writeVllm(folder: string, dies?: string): void {
  const values = { calls: join(folder, 'calls'), dies: dies ?? null, found: falseNegatives() }
  const script = readFileSync(join(import.meta.dirname, 'vllm.cjs'), 'utf8')
  const path = join(folder, 'vllm')
  writeFileSync(path, `#!${process.execPath}\nconst { calls, dies, found } = ${JSON.stringify(values)}\n${script}`)
  chmodSync(path, 0o755)
}
