// A run over rows of which the model calls the first negative better and the second worse, and people who judge its sample.
import { join } from 'node:path'
import type { Audit } from '../../src/audit/audit.ts'
import type { SampleItem } from '../../src/audit/sample-file.ts'
import { clean } from '../../src/commands/clean/clean.ts'
import { tempDir, writeJsonl } from './files.ts'
import { modelOf } from './model-of.ts'
import { rightReply } from './synthetic.ts'

const ROWS = 30

/** Rows of six negatives, the first of which the model calls better and the second worse. */
const rowsOf = () =>
  Array.from({ length: ROWS }, (_row, index) => ({
    query_id: `q${index}`,
    query: `what of ${index}?`,
    positive_passages: [{ docid: 'p', title: '', text: `the answer ${index}` }],
    negative_passages: ['#better', '#worse', '#none', '#none', '#none', '#none'].map((tag, at) => ({
      docid: `n${at}`,
      title: '',
      text: `text ${at} of ${index} ${tag}`,
    })),
  }))

export async function cleaned(folder = tempDir()) {
  const input = writeJsonl(join(folder, 'rows.jsonl'), rowsOf())
  const out = join(folder, 'cleaned.jsonl')
  await clean(input, { out, judge: modelOf(rightReply), noCheck: true, writeEvidence: 'jsonl', pilot: 0 })
  return { folder, input, out, ledger: join(folder, '.winnow', 'ledger.db') }
}

/** Lets an assessor judge all that is theirs. */
export function judgeAll(
  audit: Audit,
  assessor: string,
  gradeOf: (item: SampleItem) => 0 | 1 | 2 | 3 | 'unsure' | 'skip',
): void {
  const items = new Map(audit.sample.items.map((item) => [item.item, item]))
  for (let turn = audit.next(assessor); turn.item !== null;) {
    const { item } = turn.item
    turn = audit.judge({ assessor, item, grade: gradeOf(items.get(item) as SampleItem), seconds: 2 })
  }
}

export const isBetter = ({ text }: SampleItem) => text.includes('#better')
