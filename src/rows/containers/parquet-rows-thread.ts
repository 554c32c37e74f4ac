// The thread of `parquet-decoding.ts`: answers each message with the lines of the next group of rows.
import { parentPort, workerData } from 'node:worker_threads'
import { messageOf } from '../../base/errors.ts'
import { openParquetText } from './parquet-text.ts'

export type GroupAnswer = { bytes: Uint8Array } | { error: string } | { isDone: true }

const { path } = workerData as { path: string }
const opened = openParquetText(path)
// Its error is the answer to the first message.
opened.catch(() => undefined)
let at = 0

async function nextGroup(): Promise<GroupAnswer> {
  const file = await opened
  const group = file.groups[at++]
  if (group === undefined) return { isDone: true }
  return { bytes: new TextEncoder().encode(await file.textOf(...group)) }
}

parentPort?.on('message', () => {
  nextGroup().then(
    (answer) => parentPort?.postMessage(answer, 'bytes' in answer ? [answer.bytes.buffer as ArrayBuffer] : []),
    (error: unknown) => parentPort?.postMessage({ error: messageOf(error) } satisfies GroupAnswer),
  )
})
