// Appends judgements to a file, as one of several processes that do so at once.
import { JudgementFile } from '../../src/audit/judgement-file.ts'

const [path = '', who = '', count = ''] = process.argv.slice(2)
const file = new JudgementFile(path)
for (let at = 0; at < Number(count); at++) {
  const place = { sample: 's1', item: `i${at}`, row: `q${at}`, passage: 'x'.repeat(1 + ((at * 37) % 900)) }
  file.append({ ...place, who, when: '2026-11-29T00:00:00Z', grade: 1, relevant: false, seconds: 1 })
}
