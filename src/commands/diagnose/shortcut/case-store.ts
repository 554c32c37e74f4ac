// The sampled rows of a file, in a nameless file: their texts need not fit into memory.
import { ScratchFile } from '../../../base/scratch-file.ts'
import type { Case } from './case.ts'

/** Cases that are read when they are needed; an array of them will do. */
export type Cases = Iterable<Case> & Pick<readonly Case[], 'length' | 'slice'>

/** Where a case is in the file. */
export interface CasePlace {
  start: number
  bytes: number
}

export class CaseStore {
  readonly #file = new ScratchFile()
  #end = 0

  /** Writes a case. @returns where to find it */
  keep(found: Case): CasePlace {
    const bytes = Buffer.from(JSON.stringify(found))
    const start = this.#end
    this.#file.write(bytes, start)
    this.#end += bytes.length
    return { start, bytes: bytes.length }
  }

  /** Returns the cases at some places, in their order. */
  at(places: readonly CasePlace[]): Cases {
    const read = ({ start, bytes }: CasePlace) => JSON.parse(this.#file.read(start, bytes).toString()) as Case
    return {
      length: places.length,
      slice: (from, to) => places.slice(from, to).map(read),
      *[Symbol.iterator]() {
        for (const place of places) yield read(place)
      },
    }
  }

  close(): void {
    this.#file.close()
  }
}
