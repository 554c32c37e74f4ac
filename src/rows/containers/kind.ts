// Which container a file of rows is: told by its first bytes; by its name or its header only for tables of separated values.
import { open } from 'node:fs/promises'
import { readFailure, UsageError } from '../../base/errors.ts'
import { readChunks } from '../../base/lines.ts'
import { separatorOf } from './csv.ts'
import { assertNotForeign } from './foreign.ts'
import { CONTAINER_NAMES, type ContainerName } from './names.ts'

const HEAD = 4096
const MAGIC = 600

/** Returns the container of a file. @throws UsageError if the file cannot be read, or holds something else than rows */
export async function containerOf(path: string): Promise<ContainerName> {
  const first = await magicOf(path)
  const magic = first.toString('latin1', 0, 6)
  if (magic.startsWith('PAR1')) return 'parquet'
  if (magic.startsWith('ARROW1') || magic.startsWith('\xff\xff\xff\xff')) return 'arrow'
  const bytes = await headOf(path)
  const named = containerNamed(path)
  const isTable = named === 'csv' || named === 'tsv'
  // Tables in UTF-16 with a mark are read as they are.
  if (isTable && bytes.length > 1 && bytes.readUInt16LE(0) === 0xfeff) return named
  assertNotForeign(path, first, bytes)
  const head = bytes
    .toString('utf8')
    .replace(/^\ufeff/, '')
    .trimStart()
  if (/^\[\s*[{\]]/.test(head) || isOneObject(head)) return 'json'
  if (/^[{[]/.test(head)) return 'jsonl'
  const separator = separatorOf(head)
  if (separator === '\t') return 'tsv'
  return isTable ? named : separator === undefined ? 'jsonl' : 'csv'
}

/** A file of NeMo is one object that holds all rows. */
const isOneObject = (head: string) => /^\{\s*"corpus"\s*:\s*[[{]/.test(head)

/** Returns the container that a file's name stands for; JSON lines if its ending is unknown. */
export function containerNamed(path: string): ContainerName {
  const [, ending = ''] = /\.([a-z]+)(?:\.gz|\.zst)?$/i.exec(path) ?? []
  const name = ending.toLowerCase()
  if (name === 'tab') return 'tsv'
  if (name === 'pq') return 'parquet'
  return CONTAINER_NAMES.find((each) => each === name) ?? 'jsonl'
}

async function magicOf(path: string): Promise<Buffer> {
  try {
    const file = await open(path)
    try {
      const { buffer, bytesRead } = await file.read(Buffer.alloc(MAGIC), 0, MAGIC, 0)
      return buffer.subarray(0, bytesRead)
    } finally {
      await file.close()
    }
  } catch (error) {
    throw new UsageError(`cannot read ${path}: ${readFailure(error)}`, { cause: error })
  }
}

/** Returns the first bytes of a text file, uncompressed. */
async function headOf(path: string): Promise<Buffer> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of readChunks(path)) {
    chunks.push(chunk)
    size += chunk.length
    if (size >= HEAD) break
  }
  return Buffer.concat(chunks).subarray(0, HEAD)
}
