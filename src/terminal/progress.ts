// The live line of a run on standard error: one that is rewritten on a terminal, a calm one now and then elsewhere.
import type { DownloadProgress } from '../base/hooks.ts'
import type { RowProgress } from '../job/hooks.ts'
import { compact, counted, dollars, duration, percent } from './format.ts'

const TERMINAL_MS = 100
const CALM_MS = 15_000

const PHASES = { gather: 'asking', survey: 'looking over', decide: 'deciding' }

const megabytes = (bytes: number) => counted(Math.round(bytes / 1e6))

export class ProgressLine {
  readonly #stream: NodeJS.WriteStream
  readonly #every: number
  readonly #started = performance.now()
  #last = performance.now()
  #window: { at: number; rows: number }[] = []
  #phase = ''

  constructor(stream: NodeJS.WriteStream = process.stderr) {
    this.#stream = stream
    this.#every = stream.isTTY ? TERMINAL_MS : CALM_MS
  }

  show(progress: RowProgress): void {
    const now = performance.now()
    if (progress.phase !== this.#phase) {
      this.#phase = progress.phase
      this.#window = []
    }
    if (now - this.#last < this.#every) return
    this.#last = now
    this.#window.push({ at: now, rows: progress.rowsDone })
    if (this.#window.length > 50) this.#window.shift()
    this.#write(this.#line(progress))
  }

  showDownload({ file, received, size }: DownloadProgress): void {
    const now = performance.now()
    if (now - this.#last < this.#every && received < size) return
    this.#last = now
    this.#write(`downloading ${megabytes(received)} of ${megabytes(size)} MB · ${percent(received / size)} · ${file}`)
  }

  /** A step that counts: `searching 640/809`, or `reading 640` where the total, 0, is not known. */
  showStep({ what, done, total }: { what: string; done: number; total: number }): void {
    const now = performance.now()
    if (now - this.#last < this.#every) return
    this.#last = now
    const of = total > 0 ? `/${counted(total)} · ${percent(done / total)}` : ''
    this.#write(`${what} ${counted(done)}${of}`)
  }

  /** Writes a sentence without breaking the live line. */
  note(sentence: string): void {
    this.#write('')
    this.#stream.write(`${sentence}\n`)
  }

  done(): void {
    if (this.#stream.isTTY) this.#write('')
  }

  #write(line: string): void {
    if (this.#stream.isTTY) this.#stream.write(`\r\x1b[2K${line.slice(0, Math.max(20, this.#stream.columns - 1))}`)
    else if (line !== '') this.#stream.write(`${line}\n`)
  }

  #line({ phase, rowsDone, rowsTotal, calls, falseNegatives, added, undecided }: RowProgress): string {
    const first = this.#window[0]
    const last = this.#window.at(-1)
    const seconds =
      first && last && last.at > first.at ? (last.at - first.at) / 1000 : (performance.now() - this.#started) / 1000
    const rate = first && last && last.at > first.at ? (last.rows - first.rows) / seconds : rowsDone / seconds
    const left = rate > 0 ? `${duration((rowsTotal - rowsDone) / rate)} left` : 'waiting'
    const parts = [
      `${PHASES[phase]} ${counted(rowsDone)}/${counted(rowsTotal)} rows`,
      `${rate < 10 ? rate.toFixed(1) : counted(Math.round(rate))} rows/s`,
      left,
    ]
    if (phase === 'gather') {
      parts.push(
        `${counted(calls.sum('made'))} calls`,
        `${counted(calls.sum('found'))} from ledger`,
        `${compact(calls.sum('inputTokens') + calls.sum('outputTokens'))} tokens`,
        calls.sum('unpriced') > 0 ? 'cost unknown' : dollars(calls.sum('usd')),
      )
      if (calls.sum('failed') > 0) parts.push(`${counted(calls.sum('failed'))} failed`)
    }
    if (phase !== 'survey') {
      const found =
        added === undefined ? `${counted(falseNegatives)} false negatives` : `${counted(added)} passages added`
      parts.push(found, `${counted(undecided)} undecided`)
    }
    return parts.join(' · ')
  }
}
