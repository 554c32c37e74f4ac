// A thread that decodes the groups of a Parquet file for `parquet-decoder.ts`.
import { parentPort, workerData } from 'node:worker_threads'
import { messageOf } from '../base/errors.ts'
import type { JsonObject } from '../base/json.ts'
import { openParquetFile } from './parquet-file.ts'

export type RecordsTask = [rowStart: number, rowEnd: number]
export type RecordsAnswer = { records: JsonObject[] } | { error: string }

const { path } = workerData as { path: string }
const opened = openParquetFile(path)
const send = (answer: RecordsAnswer) => parentPort?.postMessage(answer)

parentPort?.on('message', (task: RecordsTask) => {
  opened
    .then((file) => file.records(...task))
    .then(
      (records) => send({ records }),
      (error: unknown) => send({ error: messageOf(error) }),
    )
})
