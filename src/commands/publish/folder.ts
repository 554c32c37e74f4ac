// Makes the folder of a data set: rows as Parquet files, the evidence beside them, the lineage, and the card.
import { readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { UsageError } from '../../base/errors.ts'
import type { Hooks } from '../../base/hooks.ts'
import type { JsonObject } from '../../base/json.ts'
import type { LocalFile } from '../../hub/local-file.ts'
import { isOnHub } from '../../hub/names.ts'
import { fetchCard } from '../../hub/rows.ts'
import { openInput, type Input } from '../../rows/input.ts'
import { readRows } from '../../rows/read.ts'
import { scan } from '../../rows/scan.ts'
import { openRowSink } from '../../rows/sink.ts'
import { cardOf, EVIDENCE_CONFIG, ROWS_CONFIG } from './card.ts'
import { evidenceBeside, writeEvidence } from './evidence.ts'
import { configInfo, type ConfigInfo } from './features.ts'
import { lineageOf } from './lineage.ts'
import type { PublishValues } from './options.ts'
import { plainName } from './plain.ts'
import { filesIn } from './ready.ts'

export interface ReadyFolder {
  files: LocalFile[]
  /** What the user should know before the rows are public. */
  notices: string[]
  rows: number | null
}

const LISTED = 5

/** Returns a folder that has a card, as it is. @throws UsageError if one of its files looks like a secret */
export async function readyFolder(folder: string): Promise<ReadyFolder> {
  const { files, left } = await filesIn(folder)
  const more = left.length > LISTED ? `, … and ${left.length - LISTED} more` : ''
  const notice = `left out, because ${left.length === 1 ? 'it belongs' : 'they belong'} to this machine or ${left.length === 1 ? 'is' : 'are'} hidden: ${left.slice(0, LISTED).join(', ')}${more}`
  return { files, notices: left.length === 0 ? [] : [notice], rows: null }
}

/**
 * Makes a folder of rows.
 * @param folder where; it may exist
 * @throws UsageError if the rows cannot be read, or cannot be Parquet
 */
export async function makeFolder(
  rows: string,
  repository: string,
  folder: string,
  values: PublishValues,
  hooks: Hooks,
): Promise<ReadyFolder> {
  const input = await openInput(rows, values.format, hooks, true)
  try {
    const data = await writeRows(input, folder, hooks)
    const evidence = values.noEvidence ? undefined : await writeRecords(rows, folder)
    const steps = lineageOf(rows)
    const source = steps[0]?.input.name ?? plainName(input.name)
    const sourceCard: JsonObject = isOnHub(source) ? await fetchCard(source, hooks) : {}
    const license = values.license ?? licenseIn(sourceCard)
    const configs = evidence === undefined ? [data] : [data, evidence]
    const { name, summary } = input.format
    const facts = { repository, format: { name, summary }, configs, steps, source, sourceCard, license }
    await writeFile(join(folder, 'README.md'), cardOf(facts))
    if (steps.length > 0) await writeFile(join(folder, 'lineage.json'), `${JSON.stringify(steps, undefined, 2)}\n`)
    const { files } = await filesIn(folder)
    return { files, notices: noticesOf(license, steps.length, rows), rows: data.rows }
  } finally {
    await input.close()
  }
}

function licenseIn({ license }: JsonObject): string | undefined {
  const first: unknown = Array.isArray(license) ? license[0] : license
  return typeof first === 'string' ? first : undefined
}

const noticesOf = (license: string | undefined, steps: number, rows: string) => [
  ...(license === undefined ? ['the card names no licence: give the licence of the source with --license ID'] : []),
  ...(steps === 0 && !isOnHub(rows)
    ? [`no manifest is beside ${rows}, so the card does not say how the rows were made`]
    : []),
]

async function writeRows(input: Input, folder: string, { signal }: Hooks): Promise<ConfigInfo> {
  await scan(input, { onBadRow: 'stop', withoutKnown: true, undone: 'nothing was published' }, signal)
  const sink = await openRowSink({ path: `${folder}/`, format: input.format, container: 'parquet', from: input.path })
  try {
    for await (const batch of readRows(input)) {
      signal?.throwIfAborted()
      for (const entry of batch) await sink.write(entry.line.bytes)
    }
    await input.assertUnchanged()
    await sink.commit()
  } catch (error) {
    await sink.abort()
    throw error
  }
  return infoOf(ROWS_CONFIG, folder, 'data')
}

async function writeRecords(rows: string, folder: string): Promise<ConfigInfo | undefined> {
  const path = evidenceBeside(rows)
  if (path === undefined) return undefined
  await writeEvidence(path, join(folder, 'evidence', 'train-00000-of-00001.parquet'))
  return infoOf(EVIDENCE_CONFIG, folder, 'evidence')
}

/** The pattern names the number of files, so that files of an earlier version are no rows of this one. */
async function infoOf(name: string, folder: string, inside: string): Promise<ConfigInfo> {
  const files = (await readdir(join(folder, inside))).filter((file) => file.endsWith('.parquet')).toSorted()
  const [first] = files
  if (first === undefined) throw new UsageError(`${folder}/${inside} has no Parquet file`)
  const pattern = `${inside}/${first.replace('-00000-of-', '-*-of-')}`
  return configInfo(
    name,
    pattern,
    files.map((file) => join(folder, inside, file)),
  )
}
