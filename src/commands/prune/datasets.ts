// The datasets of a run, the number of rows of each, and which rows are used for training.
import { UsageError } from '../../base/errors.ts'
import { sha256 } from '../../base/hash.ts'
import { Sample } from './sample.ts'
import { RowIds } from '../../rows/ids.ts'
import type { Row } from '../../rows/row.ts'
import type { PruneValues } from './options.ts'

export interface Dataset {
  name: string
  sample: Sample
}

/** Each dataset is left out with every seed; more than this is a mistake, or would take days. */
const MOST = 200

/** Datasets in the order in which they first occur. */
export class Datasets {
  readonly list: Dataset[] = []
  /** Rows that name no dataset; they are in every training. */
  readonly unnamed: Sample
  readonly #byName = new Map<string, number>()
  readonly #names: readonly string[]
  readonly #values: PruneValues
  readonly #ids = new RowIds()
  #repeats: { count: number; first: string } | undefined

  /** @param names of the files */
  constructor(names: readonly string[], values: PruneValues) {
    this.#names = names
    this.#values = values
    this.unnamed = new Sample(values.sample, values.seed)
    if (this.isByFile) for (const name of names) this.#found(name)
  }

  /** Whether each file is a dataset; otherwise the rows name theirs. */
  get isByFile(): boolean {
    return (this.#values.by ?? (this.#names.length === 1 ? 'field' : 'file')) === 'file'
  }

  /** Returns the number of the dataset that a row belongs to; -1 for none. */
  of(row: Row, file: number): number {
    if (this.isByFile) return file
    return row.dataset === undefined ? -1 : this.#found(row.dataset)
  }

  /** Registers a row in the first pass. */
  show(row: Row, file: number): void {
    const which = this.of(row, file)
    this.#sampleOf(which).show(row.id)
    if (this.#names.length === 1 || isMade(row)) return
    if (this.#ids.firstLineOf(row.id, 1) > 0) {
      this.#repeats ??= { count: 0, first: row.id }
      this.#repeats.count += 1
    }
  }

  /** Returns whether a row is used for training, once all were shown. */
  takes(row: Row, file: number): boolean {
    const which = this.of(row, file)
    return this.#sampleOf(which).takes(row.id)
  }

  /** Returns the id of a row among the rows of all files, as two files may use the same ids. */
  idOf(row: Row, which: number): string {
    return `${this.list[which]?.name ?? ''}\n${row.id}`
  }

  /** Ids that several files use; their rows cannot be written into one file. */
  get repeats(): { count: number; first: string } | undefined {
    return this.#repeats
  }

  /** @throws UsageError when there are too few datasets to leave one out, or too many */
  assertUsable(): void {
    const { length } = this.list
    if (length < 2) {
      const seen = length === 0 ? 'no row names a dataset' : `all rows belong to the dataset ${this.list[0]?.name}`
      throw new UsageError(`${this.#names.join(', ')}: ${seen}; allowed: two datasets or more`, {
        hint: 'Give one file per dataset, or rows with a field "dataset" or "subset".',
      })
    }
    if (length > MOST) {
      const some = this.list.slice(0, 5).map(({ name }) => JSON.stringify(name))
      throw new UsageError(`${length} datasets, ${some.join(', ')}, …; allowed: up to ${MOST}`, {
        hint: 'If the field "dataset" or "subset" holds something else, use --by file to treat each file as a dataset.',
      })
    }
  }

  #sampleOf(which: number): Sample {
    return this.list[which]?.sample ?? this.unnamed
  }

  #found(name: string): number {
    const before = this.#byName.get(name)
    if (before !== undefined) return before
    this.#byName.set(name, this.list.length)
    this.list.push({ name, sample: new Sample(this.#values.sample, this.#values.seed) })
    return this.list.length - 1
  }
}

/** Returns whether the row's id was made because the file gave none. Such an id is made again, and unique again, in any file. */
const isMade = ({ id, query }: Row) => id.startsWith(sha256(query, 16))
