// The matrices that training learns, with Adam's moments: read and written without the padding of the shared memory.
import { slicesOf, type Capacity, type Layout, type Region } from './layout.ts'
import { SLICE } from './sizes.ts'

/** A matrix [rows × columns] that is a part of every slice of a region, from a row on. */
interface Part {
  region: Region
  from: number
  rows: number
  columns: number
}

/** Names of tables that lie one after the other. */
type TableName = 'table' | 'first' | 'second'

export class Tables {
  readonly #buffer: SharedArrayBuffer
  readonly #layout: Layout
  readonly #parts: Part[]

  constructor(buffer: SharedArrayBuffer, layout: Layout, capacity: Capacity) {
    this.#buffer = buffer
    this.#layout = layout
    this.#parts = partsOf(capacity, layout)
  }

  read(): Float32Array {
    const table = new Float32Array(this.#parts.reduce((sum, { rows, columns }) => sum + rows * columns, 0))
    this.#eachRow((row, at) => table.set(row, at))
    return table
  }

  write(table: Float32Array): void {
    this.#eachRow((row, at) => row.set(table.subarray(at, at + row.length)))
  }

  /** Returns the memory of tables, which lie one after the other. */
  bytes(names: readonly TableName[]): Uint8Array {
    const { slices, map } = this.#layout
    const narrow = map?.narrow
    const size = names.reduce((sum, name) => {
      const ofNarrow = narrow ? narrow[name].perSlice * narrow.slices : 0
      return sum + this.#layout[name].perSlice * slices + ofNarrow
    }, 0)
    return new Uint8Array(this.#buffer, this.#layout.table.at, size)
  }

  /** Calls `use` with the part of every row in every slice, and its position in the array of all matrices. */
  #eachRow(use: (row: Float32Array, at: number) => void): void {
    let start = 0
    for (const { region, from, rows, columns } of this.#parts) {
      for (let slice = 0; slice < slicesOf(columns); slice++) {
        const memory = new Float32Array(this.#buffer, region.at + region.perSlice * slice, region.perSlice / 4)
        const width = Math.min(SLICE, columns - slice * SLICE)
        for (let row = 0; row < rows; row++) {
          const at = (from + row) * SLICE
          use(memory.subarray(at, at + width), start + row * columns + slice * SLICE)
        }
      }
      start += rows * columns
    }
  }
}

/**
 * Returns the matrices in their order: the vectors of all tokens [tokens × dimensions]; for a map, W of each side [dimensions ×
 * dimensions], or B of each side [rank × dimensions], then A of each side [dimensions × rank].
 */
function partsOf({ tokens, dimensions, map: shape }: Capacity, { table, map }: Layout): Part[] {
  if (shape === undefined || map === undefined) return [{ region: table, from: 0, rows: tokens, columns: dimensions }]
  const { sides, rank } = shape
  const { narrow } = map
  const each = (of: (side: number) => Part) => Array.from({ length: sides }, (_, side) => of(side))
  const rows = narrow ? rank : dimensions
  return [
    ...each((side) => ({ region: table, from: side * map.rows, rows, columns: dimensions })),
    ...(narrow
      ? each((side) => ({ region: narrow.table, from: side * dimensions, rows: dimensions, columns: rank }))
      : []),
  ]
}
