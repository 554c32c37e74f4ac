// Cleans the example rows from a program and prints what moved. In a clone: npm run build && npx node examples/library.ts
import { readFileSync } from 'node:fs'
import { clean } from 'winnow'

const folder = new URL('.', import.meta.url).pathname
const manifest = await clean(`${folder}rows.jsonl`, {
  out: process.argv[2] ?? 'out/cleaned.jsonl',
  screen: `replay:${folder}replies/screen.jsonl`,
  judge: `replay:${folder}replies/judge.jsonl`,
  tasks: `${folder}tasks.yaml`,
})

console.log(manifest.rows.outcomes, manifest.passages.before, manifest.passages.after)
for (const line of readFileSync(manifest.outputs['changes'] ?? '', 'utf8')
  .trim()
  .split('\n')
  .slice(0, 5)) {
  const { row, passage, from, to, reason } = JSON.parse(line) as Record<string, string>
  console.log(`${row}: ${passage} ${from} → ${to}: ${reason}`)
}
