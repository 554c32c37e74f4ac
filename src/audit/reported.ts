// winnow audit report: finds the sample, reads the judgements, puts them into the ledger, and reports.
import { existsSync } from 'node:fs'
import { UsageError } from '../base/errors.ts'
import type { Hooks } from '../base/hooks.ts'
import { readOptions } from '../options/options.ts'
import type { AgreementView } from './api.ts'
import { JudgementFile } from './judgement-file.ts'
import { REPORT_OPTIONS, type ReportInput } from './options.ts'
import { auditReport } from './report.ts'
import { judgementPath, readSample, samplePath, samplesBeside } from './sample-file.ts'
import { storeJudgements } from './stored.ts'

/** The report, and where the judgements are. */
export interface AuditReport extends AgreementView {
  path: string
  judgements: string
  /** The rows that the run read. */
  input: string
  /** Judgements that were new to the ledger; null if the sample names no ledger, or there is none. */
  stored: { ledger: string; added: number } | null
}

/**
 * @param place a sample, or the rows it was drawn for; without it, the only sample in this folder
 * @throws UsageError if there is no sample, or nobody has judged anything
 */
export async function reportOf(place: string | undefined, given: ReportInput, hooks: Hooks): Promise<AuditReport> {
  const values = readOptions(REPORT_OPTIONS, given)
  const path = sampleAt(place)
  const sample = await readSample(path)
  const file = values.judgements ?? judgementPath(path)
  if (!existsSync(file)) {
    throw new UsageError(`nobody has judged anything yet: there is no ${file}`, {
      hint: `Judge in the browser: winnow studio ${sample.head.rows}.`,
    })
  }
  const judgements = new JudgementFile(file)
  const report = auditReport(sample, judgements)
  for (const line of report.brokenLines) {
    hooks.onNotice?.(
      `${file}:${line}: not a judgement; a crash may have cut the line off. It was never acknowledged, and is passed over`,
    )
  }
  if (judgements.isUnfinished) {
    hooks.onNotice?.(
      `${file}: its last line has no end, so it does not count; it is being written, or a crash cut it off`,
    )
  }
  const stored = await storeJudgements(sample, judgements, values.ledger, hooks)
  return { path, judgements: file, input: sample.head.input.path, ...report, stored }
}

function sampleAt(place: string | undefined): string {
  if (place !== undefined) {
    const ofRows = samplePath(place)
    return !place.endsWith('.audit.jsonl') && existsSync(ofRows) ? ofRows : place
  }
  const here = samplesBeside('.')
  const [only] = here
  if (only !== undefined && here.length === 1) return only
  throw new UsageError(
    here.length === 0 ? 'there is no sample in this folder' : 'there are several samples in this folder',
    {
      hint:
        here.length === 0
          ? 'Draw one: winnow audit sample ROWS. Or name one: winnow audit report SAMPLE.'
          : `Name one: ${here.map((path) => `winnow audit report ${path}`).join(', ')}.`,
    },
  )
}
