// Writes the documents behind the ids of rows as a corpus beside them, each once.
import { UsageError } from '../base/errors.ts'
import { HashTable } from '../base/hash-table.ts'
import { openSink, writeText, type LineSink } from '../base/sink.ts'
import { join } from 'node:path'
import { openRecordSink } from './containers/sink.ts'
import { titleAndText } from './row.ts'
import { partedFrom } from './formats/documents.ts'
import type { CorpusForm, RowDocument } from './formats/format.ts'

/** Opens a sink that takes the documents out of each line. @throws UsageError if an id has two texts */
export async function withCorpus(rows: LineSink, path: string, form: CorpusForm): Promise<LineSink> {
  const parts = await Promise.all(
    form.parts.map(async ({ place, line }) => {
      const target = place(baseOf(path))
      // A table is written as lines: it has no header.
      return {
        line,
        target,
        sink: target.endsWith('/') ? await openRecordSink({ path: target }) : await openSink(target),
      }
    }),
  )
  const sinks = [...parts.map(({ sink }) => sink), rows]
  const known = new KnownDocuments(parts[0]?.target ?? path)
  return {
    write: (line) => {
      const { record, documents } = partedFrom(line)
      let waiting: Promise<void> | undefined
      for (const document of documents.filter((each) => known.isNew(each))) {
        for (const part of parts) {
          const text = part.line(document)
          if (text !== undefined) waiting = part.sink.write(text) ?? waiting
        }
      }
      return rows.write(record) ?? waiting
    },
    commit: async () => {
      for (const sink of sinks) await sink.commit()
      for (const [name, value] of Object.entries(form.files ?? {})) {
        await writeText(join(parts[0]?.target ?? '', name), `${JSON.stringify(value, undefined, 2)}\n`)
      }
    },
    abort: async () => {
      for (const sink of sinks) await sink.abort()
    },
  }
}

/** Remembers documents by hashes of their ids and texts. */
class KnownDocuments {
  readonly #place: string
  readonly #ids = new HashTable()
  readonly #texts = new HashTable()

  constructor(place: string) {
    this.#place = place
  }

  /** @throws UsageError if the id has had another text */
  isNew(document: RowDocument): boolean {
    const id = `${document.isQuery === true ? 'query' : ''}\n${document.docid}`
    const isNew = this.#ids.setIfNew(id, 1) === 0
    if (this.#texts.setIfNew(`${id}\n${titleAndText(document)}`, 1) > 0 || isNew) return isNew
    throw new UsageError(
      `${this.#place}: the document ${JSON.stringify(document.docid)} has two texts, so that its id does not name one`,
      {
        hint: 'Write a format that holds the texts themselves: --to tevatron or --to nemo-inline.',
      },
    )
  }
}

/** Returns the path of rows without the endings of its container and its compression. */
export const baseOf = (path: string) => path.replace(/\/+$/, '').replace(/(\.[a-z]+)?(\.gz|\.zst)?$/, '')
