// The output files of mining: the rows, the dropped ones, and bad ones if they are set aside.
import { rm } from 'node:fs/promises'
import { openSink, type LineSink } from '../../base/sink.ts'
import type { RowFormat } from '../../rows/formats/format.ts'
import { openRowSink } from '../../rows/sink.ts'
import type { OutputPaths } from '../../job/outputs.ts'
import type { MineManifest } from './manifest.ts'

/** Open sinks; either all are completed or none. */
export interface MineOutputs {
  rows: LineSink
  /** undefined if no row is bad. */
  bad: LineSink | undefined
  paths: MineManifest['outputs']
  /** Appends one JSON line to the list of dropped rows. */
  drop(record: object): Promise<void> | undefined
  commit(): Promise<void>
  /** Leaves every file as it was. */
  abort(): Promise<void>
}

export async function openMineOutputs(
  { rows: path, manifest, sidecars }: OutputPaths,
  withBad: boolean,
  target: { format: RowFormat; from?: string | undefined },
): Promise<MineOutputs> {
  const dropped = await openSink(sidecars.dropped)
  const bad = withBad ? await openSink(sidecars.bad) : undefined
  const rows = await openRowSink({ path, ...target })
  const sinks = [dropped, ...(bad ? [bad] : []), rows]
  return {
    rows,
    bad,
    paths: { rows: path, manifest, dropped: sidecars.dropped, ...(withBad && { bad: sidecars.bad }) },
    drop: (record) => dropped.write(`${JSON.stringify(record)}\n`),
    async commit() {
      for (const sink of sinks) await sink.commit()
      // A file of bad rows left by an earlier run does not belong to this one.
      if (!withBad) await rm(sidecars.bad, { force: true })
    },
    async abort() {
      for (const sink of sinks) await sink.abort()
    },
  }
}
