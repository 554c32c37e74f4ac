// The thread of `parquet-decoding.ts`: answers each message with the next lines.
import { parentPort, workerData } from 'node:worker_threads'
import { messageOf } from '../../base/errors.ts'
import { openParquetText } from './parquet-text.ts'

export type LinesAnswer = { bytes: Uint8Array<ArrayBuffer> } | { error: string } | { isDone: true }

const { path } = workerData as { path: string }
const opened = openParquetText(path)
// Its error is the answer to the first message.
opened.catch(() => undefined)

async function nextLines(): Promise<LinesAnswer> {
  const file = await opened
  const lines = file.next()
  if (lines === undefined) file.close()
  return lines === undefined ? { isDone: true } : { bytes: new Uint8Array(lines) }
}

parentPort?.on('message', () => {
  nextLines().then(
    (answer) => parentPort?.postMessage(answer, 'bytes' in answer ? [answer.bytes.buffer] : []),
    (error: unknown) => parentPort?.postMessage({ error: messageOf(error) } satisfies LinesAnswer),
  )
})
