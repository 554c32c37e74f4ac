// Cleans the example rows from a program and prints the changes. In a clone, after npm ci: npx node examples/library.ts
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { clean } from '../src/index.ts'

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url))
const manifest = await clean(here('rows.jsonl'), {
  out: process.argv[2] ?? 'out/cleaned.jsonl',
  screen: `replay:${here('replies/screen.jsonl')}`,
  judge: `replay:${here('replies/judge.jsonl')}`,
  tasks: here('tasks.yaml'),
})

console.log(manifest.rows.outcomes, manifest.passages.before, manifest.passages.after)
const changes = readFileSync(manifest.outputs['changes'] ?? '', 'utf8').split('\n', 5)
for (const change of changes) {
  const { row, passage, from, to, reason } = JSON.parse(change) as Record<string, string>
  console.log(`${row}: ${passage} ${from} → ${to}: ${reason}`)
}
