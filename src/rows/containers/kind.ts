// Which container a file of rows is: told by its first bytes; by its name or its header only for tables of separated values.
import { open } from 'node:fs/promises'
import { readFailure, UsageError } from '../../base/errors.ts'
import { readChunks } from '../../base/lines.ts'
import { isHeader } from './csv.ts'
import { CONTAINER_NAMES, type ContainerName } from './names.ts'

const HEAD = 4096

/** Returns the container of a file. @throws UsageError if the file cannot be read */
export async function containerOf(path: string): Promise<ContainerName> {
  const magic = await magicOf(path)
  if (magic.startsWith('PAR1')) return 'parquet'
  if (magic.startsWith('ARROW1') || magic.startsWith('\xff\xff\xff\xff')) return 'arrow'
  const head = (await headOf(path)).replace(/^\ufeff/, '').trimStart()
  if (/^\[\s*[{\]]/.test(head) || isOneObject(head)) return 'json'
  if (/^[{[]/.test(head)) return 'jsonl'
  const named = containerNamed(path)
  if (named === 'csv' || named === 'tsv') return named
  const [first = ''] = head.split(/\r?\n/)
  if (isHeader(first.split('\t'))) return 'tsv'
  return isHeader(first.split(',')) ? 'csv' : 'jsonl'
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

async function magicOf(path: string): Promise<string> {
  try {
    const file = await open(path)
    try {
      const { buffer, bytesRead } = await file.read(Buffer.alloc(6), 0, 6, 0)
      return buffer.toString('latin1', 0, bytesRead)
    } finally {
      await file.close()
    }
  } catch (error) {
    throw new UsageError(`cannot read ${path}: ${readFailure(error)}`, { cause: error })
  }
}

/** Returns the first characters of a text file, uncompressed. */
async function headOf(path: string): Promise<string> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of readChunks(path)) {
    chunks.push(chunk)
    size += chunk.length
    if (size >= HEAD) break
  }
  return Buffer.concat(chunks).toString('utf8', 0, HEAD)
}
