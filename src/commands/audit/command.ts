// winnow audit: people judge a sample of what a run found and passed over. `sample` draws it, `report` says what they found.
import { AUDIT_OPTIONS } from '../../audit/options.ts'
import type { CommandSpec } from '../../terminal/command.ts'

export const command: CommandSpec = {
  example: [
    'winnow audit sample cleaned.jsonl --n 200 --strata verdict,dataset --assessors anna,ben',
    'winnow studio cleaned.jsonl                                    # judge in the browser',
    'winnow audit report cleaned.audit.jsonl',
    'winnow apply train.jsonl --out audited.jsonl --human overrides',
  ].join('\n'),
  schema: AUDIT_OPTIONS,
  load: () => import('./work.ts'),
}
