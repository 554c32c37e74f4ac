// The evidence beside the rows, as Parquet for the hub: the same records, and a head without the folders of this machine.
import { existsSync } from 'node:fs'
import { openEvidence } from '../../evidence/reader.ts'
import { evidenceIn } from '../../evidence/record.ts'
import { openEvidenceSink } from '../../evidence/sink.ts'
import { isOnHub } from '../../hub/names.ts'
import { outputPaths } from '../../job/outputs.ts'
import { plainOptions } from './plain.ts'

/** Returns the path of the evidence beside rows, if there is some. */
export function evidenceBeside(rows: string): string | undefined {
  if (rows === '-' || isOnHub(rows)) return undefined
  const paths = (['parquet', 'jsonl'] as const).map((format) => outputPaths(rows, undefined, format).evidence?.path)
  return paths.find((path) => path !== undefined && existsSync(path))
}

/** @throws UsageError if the evidence is damaged */
export async function writeEvidence(path: string, target: string): Promise<void> {
  const { head, records } = await openEvidence(path)
  const sink = await openEvidenceSink(target, 'parquet', { ...head, options: plainOptions(head.options) })
  try {
    for await (const { record } of records()) {
      await sink.write({ row: { id: record.row }, line: { number: record.line } }, [evidenceIn(record)])
    }
    await sink.commit()
  } catch (error) {
    await sink.abort()
    throw error
  }
}
