// A run while somebody reads it: its index, opened or built in the background, and its rows in full.
import { existsSync } from 'node:fs'
import { basename } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { UsageError } from '../base/errors.ts'
import type { Hooks } from '../base/hooks.ts'
import { LISTS } from '../methods/index.ts'
import { outputPaths, type OutputPaths } from '../job/outputs.ts'
import { RowIds } from '../rows/ids.ts'
import type { Input } from '../rows/input.ts'
import { readRow, type RowLine } from '../rows/read.ts'
import type { Pictures, PolicyOption, RowView, WhatIf, Written } from './api.ts'
import { costOverTime } from './cost-over-time.ts'
import { costOf, explainRow, type DecidingRun, type Explanation } from './explain-row.ts'
import type { IndexedSource } from './index/build.ts'
import { knownAbout } from './index/known.ts'
import { indexPath, stampOf } from './index/place.ts'
import { RunIndex } from './index/run-index.ts'
import { bytesAt } from './index/source-lines.ts'
import { madeFrom, type OutputOrigin } from './made-from.ts'
import type { OpenedRun } from './opened-run.ts'
import { recordsAt } from './recorded.ts'
import { indexedRun, openSource, type Source } from './source.ts'
import type { Side } from './what-if/differences.ts'
import { policyOptionsOf, type GivenOptions } from './what-if/policy-options.ts'
import { WhatIfTrial } from './what-if/what-if.ts'
import { wholeOf } from './whole.ts'
import { writeFile } from './what-if/write.ts'

export class BrowsedRun {
  /** The file as the user named it. */
  readonly rows: string
  readonly made: OutputOrigin | undefined
  /** The folder of the manifest, if it is not beside the rows. */
  readonly report: string | undefined
  readonly index: RunIndex
  /** Ends when the index is complete; fails with what stopped it. */
  readonly indexed: Promise<void>
  isIndexed = false
  readonly source: Promise<Source>
  /** Another policy that is tried over the rows. */
  readonly whatIf: WhatIfTrial
  /** undefined while the rows are being read to open it. */
  #opened: Source | undefined
  #pictures: Promise<Pictures> | undefined
  #writing: Promise<Written> | undefined
  readonly #paths: OutputPaths
  readonly #stopping: AbortController

  private constructor(parts: Opened) {
    this.rows = parts.rows
    this.made = parts.made
    this.report = parts.report
    this.index = parts.index
    this.source = parts.source
    this.whatIf = new WhatIfTrial(this.index, () => this.#before())
    parts.source.then((source) => (this.#opened = source)).catch(() => undefined)
    this.#paths = parts.paths
    this.#stopping = parts.stopping
    this.indexed = parts.built.then(() => void (this.isIndexed = true))
    this.indexed.catch(() => undefined)
  }

  /**
   * Opens an output of a run, or rows. An index that is up to date is read at once, any other is built in the background.
   * @throws UsageError if the file cannot be read
   */
  static async open(rows: string, report: string | undefined, hooks: Hooks = {}): Promise<BrowsedRun> {
    if (!existsSync(rows)) throw new UsageError(`there is no file ${rows}`)
    const made = madeFrom(rows, report)
    const paths = outputPaths(rows, report, undefined, LISTS)
    const files = [
      rows,
      made?.input,
      made?.evidence,
      // Judgements may still come; what models said of the rows stays as it is.
      made?.options['human'] === 'overrides' ? made.ledger : undefined,
      made && paths.manifest,
      ...(made ? Object.values(paths.sidecars) : []),
    ]
    const [path, stamp] = [indexPath(rows), stampOf(files)]
    const stopping = new AbortController()
    const opened = existsSync(path) ? RunIndex.open(path, stamp) : undefined
    const source = openSource(rows, made, report, hooks, opened?.store.about('source') as IndexedSource | undefined)
    source.catch(() => undefined)
    if (opened)
      return new BrowsedRun({ rows, report, made, paths, stopping, source, index: opened, built: Promise.resolve() })
    const indexed = source.then((each) => indexedRun(each, paths))
    indexed.catch(() => undefined)
    const { index, built } = RunIndex.build(path, stamp, indexed, stopping.signal)
    const run = new BrowsedRun({ rows, report, made, paths, stopping, source, index, built })
    // What is wrong with a file shows at once; a large one is read while the server answers.
    await Promise.race([source, delay(PATIENCE)])
    return run
  }

  /** What was decided in the whole file. */
  #before(): Side {
    const { rows, passages } = wholeOf(this.made?.manifest, this.index)
    return { ...rows, passages: structuredClone(passages) }
  }

  /** Returns the options of the policy, or why there are none to try. */
  get policy(): PolicyOption[] | string {
    if (this.#opened === undefined) return 'The rows are still being read.'
    const { run, noRun } = this.#opened
    return run ? policyOptionsOf(run) : `There is no evidence to decide by: ${noRun}`
  }

  /** Whether rows can be had in full, and other policies be tried. */
  get isOpen(): boolean {
    return this.#opened !== undefined
  }

  /** @throws UsageError if there is no evidence, or options are not allowed */
  async tryPolicy(options: GivenOptions): Promise<WhatIf> {
    return this.whatIf.start(await this.#decidable(), options)
  }

  /** Writes what the policy that was tried last makes. @throws UsageError as writeFile does */
  async writePolicy(out: string): Promise<Written> {
    const run = await this.#decidable()
    if (this.#writing !== undefined) throw new UsageError('another file is being written', { hint: 'Wait for it.' })
    const { options } = this.whatIf.view
    this.#writing = writeFile(run, this.rows, options, out, { signal: this.#stopping.signal })
    try {
      return await this.#writing
    } finally {
      this.#writing = undefined
    }
  }

  async #decidable(): Promise<OpenedRun> {
    const { run, noRun } = await this.source
    if (run === undefined) throw new UsageError(`there is no evidence to decide by: ${noRun}`)
    if (!this.isIndexed) throw new UsageError('the index is still being built', { hint: 'Try again in a moment.' })
    return run
  }

  async pictures(): Promise<Pictures> {
    if (!this.isIndexed) return { ...this.index.pictures(), cost: [] }
    this.#pictures ??= this.source.then(async ({ run }) => {
      const ledger = run?.store.ledger
      return { ...this.index.pictures(), cost: ledger ? await costOverTime(ledger, run.stored.id) : [] }
    })
    return this.#pictures
  }

  /** @throws UsageError if there is no row at this line */
  async row(line: number): Promise<RowView> {
    const number = this.index.store.numberAt(line)
    const summary = number === undefined ? undefined : this.index.store.summary(number)
    if (number === undefined || summary === undefined) {
      throw new UsageError(`${basename(this.rows)} has no row at line ${line}`)
    }
    const { input, run } = await this.source
    const entry = await this.#entryAt(number, line, summary.row, input)
    const explanation = run ? await this.#explain(run, entry, number) : null
    return {
      summary,
      explanation,
      passages: explanation ? [] : passagesOf(entry),
      cost: costOf(explanation),
      whatIf: this.whatIf.ofRow(number),
    }
  }

  async close(): Promise<void> {
    this.#stopping.abort()
    await this.whatIf.stop()
    await this.#writing?.catch(() => undefined)
    await this.indexed.catch(() => undefined)
    if (this.isIndexed) this.index.store.close()
    else this.index.discard()
    const source = await this.source.catch(() => undefined)
    await (source?.run ?? source?.input)?.close()
  }

  async #entryAt(number: number, line: number, id: string, input: Input): Promise<RowLine> {
    const { place, line: stored } = this.index.store.lineOf(number)
    const bytes = place === null ? (stored ?? Buffer.alloc(0)) : await bytesAt(input.path, place)
    const entry = readRow({ number: line, bytes }, input, new RowIds())
    if (entry === undefined || !('row' in entry)) {
      throw new UsageError(`${input.name} has changed since it was indexed`, { hint: 'Start winnow studio again.' })
    }
    entry.row.id = id
    return entry
  }

  async #explain(run: OpenedRun, entry: RowLine, number: number): Promise<Explanation> {
    const deciding = run.store.ledger === undefined ? this.#withStoredEvidence(run, number) : run
    const reading = { ...deciding, scan: { ...run.scan, known: knownAbout(this.index.store, number) } }
    return explainRow(entry, this.rows, reading, run.made && (await this.#recordsOf(number, entry.line.number)))
  }

  /** Evidence in a file can only be read from its beginning. */
  #withStoredEvidence(run: OpenedRun, number: number): DecidingRun {
    const evidence = JSON.parse(this.index.store.evidenceOf(number) ?? '[]') as never[]
    const gathered = () => Promise.resolve(evidence)
    const source = () => ({ isRemote: false, gathered, reading: <T>(pass: () => Promise<T>) => pass() })
    return { ...run, store: { ...run.store, source } }
  }

  async #recordsOf(number: number, line: number) {
    const records = this.index.store.recordsOf(number)
    // Only few methods write lists of their own.
    const others = LISTS.some((list) => existsSync(this.#paths.sidecars[list] ?? ''))
      ? await recordsAt(this.#paths, line)
      : undefined
    const own = others?.records.slice(records.length) ?? []
    return { hasChanges: existsSync(this.#paths.sidecars.changes), records: [...records, ...own] }
  }
}

interface Opened {
  rows: string
  report: string | undefined
  made: OutputOrigin | undefined
  index: RunIndex
  built: Promise<void>
  source: Promise<Source>
  paths: OutputPaths
  stopping: AbortController
}

/** Milliseconds until a file that is still being opened is served. */
const PATIENCE = 500

const passagesOf = ({ row: { passages } }: RowLine): RowView['passages'] =>
  passages.map(({ id, title, text, label, origin, score }) => ({
    id,
    ...(title !== undefined && { title }),
    text,
    label,
    origin,
    score: score ?? null,
  }))
