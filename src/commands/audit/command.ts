// winnow audit: people judge a sample of what a run found and passed over. `sample` draws it, `report` says what they found.
import { REPORT_OPTIONS, SAMPLE_OPTIONS } from '../../audit/options.ts'
import { mergedSchemas } from '../../options/merged.ts'
import type { CommandSpec } from '../../terminal/command.ts'

const WORDS = { sample: SAMPLE_OPTIONS, report: REPORT_OPTIONS }

export const command: CommandSpec = {
  example: [
    'winnow audit sample cleaned.jsonl --n 200 --strata verdict,dataset --assessors anna,ben',
    'winnow studio cleaned.jsonl                                    # judge in the browser',
    'winnow audit report cleaned.audit.jsonl',
    'winnow apply train.jsonl --out audited.jsonl --human overrides',
  ].join('\n'),
  schema: mergedSchemas(WORDS),
  words: Object.keys(WORDS),
  load: () => import('./work.ts'),
}
