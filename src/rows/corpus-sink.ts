// Writes the documents behind the ids of rows as a corpus beside them, each once.
import { UsageError } from '../base/errors.ts'
import { HashTable } from '../base/hash-table.ts'
import { openSink, writeText, type LineSink } from '../base/sink.ts'
import { join } from 'node:path'
import { openRecordSink } from './containers/sink.ts'
import { partedFrom } from './formats/documents.ts'
import type { CorpusForm, RowDocument } from './formats/format.ts'

/** Opens a sink that takes the documents out of each line. @throws UsageError if an id has two texts */
export async function withCorpus(rows: LineSink, path: string, form: CorpusForm): Promise<LineSink> {
  const place = form.place(baseOf(path))
  const corpus = place.endsWith('.jsonl') ? await openSink(place) : await openRecordSink({ path: `${place}/` })
  const [ids, contents] = [new HashTable(), new HashTable()]
  const keep = (document: RowDocument): Promise<void> | undefined => {
    const { docid, title = '', text } = document
    const isNew = ids.setIfNew(docid, 1) === 0
    const isSame = contents.setIfNew(`${docid}\n${title}\n${text}`, 1) > 0
    if (!isNew && !isSame) {
      throw new UsageError(
        `${place}: the document ${JSON.stringify(docid)} has two texts, so that its id does not name one`,
        {
          hint: 'Write a format that holds the texts themselves: --to tevatron or --to nemo-inline.',
        },
      )
    }
    return isNew ? corpus.write(`${JSON.stringify(form.record(document))}\n`) : undefined
  }
  return {
    write: (line) => {
      const { record, documents } = partedFrom(line)
      let waiting: Promise<void> | undefined
      for (const document of documents) waiting = keep(document) ?? waiting
      return rows.write(record) ?? waiting
    },
    commit: async () => {
      await corpus.commit()
      for (const [name, value] of Object.entries(form.files ?? {})) {
        await writeText(join(place, name), `${JSON.stringify(value, undefined, 2)}\n`)
      }
      await rows.commit()
    },
    abort: async () => {
      await corpus.abort()
      await rows.abort()
    },
  }
}

/** Returns the path of rows without the endings of its container and its compression. */
export const baseOf = (path: string) => path.replace(/\/+$/, '').replace(/(\.[a-z]+)?(\.gz|\.zst)?$/, '')
