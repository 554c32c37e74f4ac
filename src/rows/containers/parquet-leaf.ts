// One column of a Parquet file, read page by page: its levels, and its values as JSON. Texts are copied as bytes and never decoded.
import { readSync } from 'node:fs'
import type { ColumnMetaData, Compressors, DecodedArray, SchemaTree } from 'hyparquet'
import { parquetHeader } from 'hyparquet/src/column.js'
import { convert, DEFAULT_PARSERS } from 'hyparquet/src/convert.js'
import { decompressPage, readDataPage, readDataPageV2 } from 'hyparquet/src/datapage.js'
import { readPlain } from 'hyparquet/src/plain.js'
import { getMaxDefinitionLevel } from 'hyparquet/src/schema.js'
import type { JsonBytes } from './json-bytes.ts'

type ColumnDecoder = Parameters<typeof readDataPage>[2]
type PageHeader = ReturnType<typeof parquetHeader>
type ToJson = (value: unknown) => unknown
type Levels = ArrayLike<number>

/** How the values of a column become JSON: texts as they are, others one by one. */
export type LeafKind = 'text' | ToJson

const NULL = Buffer.from('null')
const NONE: Levels = []

/** The entries of one column. An entry is a value, or says at which level there is none. */
export class Leaf {
  readonly path: readonly string[]
  readonly #schemaPath: SchemaTree[]
  readonly #kind: LeafKind
  readonly #maxLevel: number
  readonly #codecs: Compressors
  #source: ChunkSource | undefined
  #decoder: ColumnDecoder | undefined
  /** Values that pages name by their numbers. */
  #dictionary: DecodedArray | undefined
  /** The entries of the page that is being read. */
  #levels = NONE
  #repetitions = NONE
  #count = 0
  #at = 0
  #values: DecodedArray = []
  #valueAt = 0
  #isIndexed = false
  /** The entries of the column in the row group. */
  #most = 0

  constructor(schemaPath: SchemaTree[], kind: LeafKind, codecs: Compressors) {
    this.path = (schemaPath.at(-1) as SchemaTree).path
    this.#schemaPath = schemaPath
    this.#kind = kind
    this.#maxLevel = getMaxDefinitionLevel(schemaPath)
    this.#codecs = codecs
  }

  /** Starts with the entries of a row group. */
  start(file: number, column: ColumnMetaData): void {
    const start = Number(column.dictionary_page_offset ?? column.data_page_offset)
    this.#source = new ChunkSource(file, start, start + Number(column.total_compressed_size))
    const { element } = this.#schemaPath.at(-1) as SchemaTree
    this.#decoder = {
      pathInSchema: [...this.path],
      type: column.type,
      element,
      schemaPath: this.#schemaPath,
      codec: column.codec,
      parsers: DEFAULT_PARSERS,
      compressors: this.#codecs,
      utf8: false,
    }
    this.#most = Number(column.num_values)
    this.#dictionary = undefined
    this.#count = 0
    this.#at = 0
  }

  /** The definition level of the current entry. @throws Error if there is none */
  get level(): number {
    if (this.#at === this.#count && !this.#nextPage())
      throw new Error(`the column ${this.path.join('.')} ends too early`)
    return this.#levels.length === 0 ? this.#maxLevel : (this.#levels[this.#at] as number)
  }

  /** The repetition level of the current entry; 0 after the last one. */
  get repetition(): number {
    if (this.#at === this.#count && !this.#nextPage()) return 0
    return this.#repetitions.length === 0 ? 0 : (this.#repetitions[this.#at] as number)
  }

  /** Passes over an entry without a value. */
  skip(): void {
    if (this.level === this.#maxLevel) throw new Error(`the column ${this.path.join('.')} has a value too many`)
    this.#at += 1
  }

  /** Writes the value of the current entry, or null. */
  write(out: JsonBytes): void {
    if (this.level < this.#maxLevel) out.raw(NULL)
    else this.#writeValue(out, this.#valueAt++)
    this.#at += 1
  }

  /** Writes the value of the current entry as the name of a field. */
  writeName(out: JsonBytes): void {
    if (this.#kind === 'text') return this.write(out)
    const text = JSON.stringify(this.level < this.#maxLevel ? null : this.#valueOf(this.#valueAt++))
    out.value(text.startsWith('"') ? JSON.parse(text) : text)
    this.#at += 1
  }

  #writeValue(out: JsonBytes, at: number): void {
    if (this.#kind !== 'text') return out.value(this.#valueOf(at))
    const bytes = this.#decoded(at) as Uint8Array
    out.text(bytes)
  }

  #valueOf(at: number): unknown {
    return (this.#kind as ToJson)(this.#decoded(at)) ?? null
  }

  #decoded(at: number): unknown {
    if (!this.#isIndexed) return this.#values[at]
    const index = this.#values[at] as number
    if (this.#dictionary === undefined || index >= this.#dictionary.length)
      throw new Error(`no value has the number ${index}`)
    return this.#dictionary[index]
  }

  /** Reads the next page that has entries. Returns whether there is one. */
  #nextPage(): boolean {
    const source = this.#source as ChunkSource
    while (!source.isAtEnd) {
      const header = source.header()
      const bytes = source.take(header.compressed_page_size)
      if (header.type === 'DICTIONARY_PAGE') this.#dictionary = this.#dictionaryOf(header, bytes)
      else if (header.type !== 'INDEX_PAGE' && this.#open(header, bytes)) return true
    }
    return false
  }

  #dictionaryOf({ uncompressed_page_size: size, dictionary_page_header: header }: PageHeader, bytes: Uint8Array) {
    const decoder = this.#decoder as ColumnDecoder
    if ((header?.num_values ?? 0) > this.#most) throw new Error('a dictionary has more values than its column')
    const page = decompressPage(bytes, size, decoder.codec, this.#codecs)
    const reader = { view: new DataView(page.buffer, page.byteOffset, page.byteLength), offset: 0 }
    const values = readPlain(reader, decoder.type, header?.num_values ?? 0, decoder.element.type_length)
    return this.#kind === 'text' ? values : convert(values, decoder)
  }

  #open(header: PageHeader, bytes: Uint8Array): boolean {
    const decoder = this.#decoder as ColumnDecoder
    const { data_page_header: first, data_page_header_v2: second } = header
    const about = first ?? second
    if (about === undefined) throw new Error(`a page of the type ${header.type} is not known`)
    assertSound(header, about.num_values, this.#most)
    const page =
      first === undefined
        ? readDataPageV2(bytes, header, decoder)
        : readDataPage(
            decompressPage(bytes, header.uncompressed_page_size, decoder.codec, this.#codecs),
            first,
            decoder,
          )
    this.#isIndexed = about.encoding.endsWith('_DICTIONARY')
    this.#levels = page.definitionLevels ?? NONE
    this.#repetitions = page.repetitionLevels
    this.#values = this.#isIndexed || this.#kind === 'text' ? page.dataPage : convert(page.dataPage, decoder)
    this.#count = about.num_values
    this.#at = 0
    this.#valueAt = 0
    return this.#count > 0
  }
}

/** @throws Error if a page says of itself what cannot be: a damaged number could be of any size, and would be read for ever */
function assertSound(
  { compressed_page_size: size, data_page_header_v2: second }: PageHeader,
  values: number,
  most: number,
) {
  if (!(values >= 0 && values <= most)) throw new Error(`a page has ${values} values, and its column ${most}`)
  if (second === undefined) return
  const levels = [second.definition_levels_byte_length, second.repetition_levels_byte_length]
  if (levels.some((bytes) => !(bytes >= 0 && bytes <= size))) throw new Error('the levels of a page are longer than it')
}

const READ_AHEAD = 1 << 18

/** The bytes of a column in a row group, of which only some are in memory. */
class ChunkSource {
  readonly #file: number
  readonly #end: number
  #at: number
  /** What was read, and where it starts in the file. */
  #window = new Uint8Array()
  #start = 0

  constructor(file: number, start: number, end: number) {
    this.#file = file
    this.#at = start
    this.#end = end
  }

  /** A last byte may be padding. */
  get isAtEnd(): boolean {
    return this.#at >= this.#end - 1
  }

  header(): PageHeader {
    for (let size = READ_AHEAD; ; size *= 2) {
      const bytes = this.#bytes(Math.min(size, this.#end - this.#at))
      const reader = { view: new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength), offset: 0 }
      try {
        const header = parquetHeader(reader)
        this.#at += reader.offset
        return header
      } catch (error) {
        // Only a header that is longer than what was read can be read again.
        if (!(error instanceof RangeError) || size >= this.#end - this.#at) throw error
      }
    }
  }

  take(size: number): Uint8Array {
    if (!(size >= 0 && size <= this.#end - this.#at)) throw new Error('a page is longer than its column')
    const bytes = this.#bytes(size)
    this.#at += size
    return bytes
  }

  /** Returns the next bytes without passing over them. */
  #bytes(size: number): Uint8Array {
    const from = this.#at - this.#start
    if (from < 0 || from + size > this.#window.length) {
      const length = Math.min(Math.max(size, READ_AHEAD), this.#end - this.#at)
      this.#window = new Uint8Array(length)
      this.#start = this.#at
      if (readSync(this.#file, this.#window, 0, length, this.#at) < length) throw new Error('the file is too short')
      return this.#window.subarray(0, size)
    }
    return this.#window.subarray(from, from + size)
  }
}
