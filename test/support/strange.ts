// Files as they come, and what reading them gives.
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { textOf } from '../../src/base/lines.ts'
import { openRecordSink } from '../../src/rows/containers/sink.ts'
import { openInput } from '../../src/rows/input.ts'
import { readRows } from '../../src/rows/read.ts'
import { tempDir } from './files.ts'

export const ROW = '{"query":"q","pos":["p"],"neg":["n"]}'
export const G = `${ROW}\n`
export const HEADER = 'query,positive,negative\n'
export const row = (more: object) => `${JSON.stringify({ query: 'q', pos: ['p'], neg: ['n'], ...more })}\n`
export const utf16 = (text: string) => Buffer.from(`\ufeff${text}`, 'utf16le')
export const latin1 = (text: string) => Buffer.from(text, 'latin1')
export const TEVATRON =
  '{"query_id":"1","query":"q","positive_passages":[{"docid":"1","text":"p"}],"negative_passages":[{"docid":"2","text":"n"}]}\n'

type Contents = string | Buffer
/** The names and contents of a file or of a folder's files; a link is `→ target`. */
export type Files = Record<string, Contents>

export const place = (files: Files): string => {
  const folder = tempDir()
  for (const [name, contents] of Object.entries(files)) {
    const path = join(folder, name)
    mkdirSync(dirname(path), { recursive: true })
    if (name.endsWith('/')) mkdirSync(path, { recursive: true })
    else if (typeof contents === 'string' && contents.startsWith('→ ')) symlinkSync(contents.slice(2), path)
    else writeFileSync(path, contents)
  }
  const [first = ''] = Object.keys(files)
  return join(folder, first.includes('/') ? (first.split('/')[0] as string) : first)
}

export async function read(path: string) {
  const input = await openInput(path)
  const texts: string[] = []
  const faults: string[] = []
  try {
    for await (const batch of readRows(input)) {
      for (const entry of batch) {
        if ('row' in entry) texts.push(textOf(entry.line))
        else faults.push(...entry.faults.map(({ code, message }) => `${entry.line.number} ${code}: ${message}`))
      }
    }
  } finally {
    await input.close()
  }
  return { format: input.format.name, texts, faults }
}

/** Parquet or Arrow with a few rows, as bytes. */
export async function bytesOf(ending: 'parquet' | 'arrow', lines: readonly string[]): Promise<Buffer> {
  const path = join(tempDir(), `rows.${ending}`)
  const sink = await openRecordSink({ path })
  for (const line of lines) await sink.write(line)
  await sink.commit()
  return readFileSync(path)
}
