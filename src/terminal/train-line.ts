// How far training has come, on standard error: one line that is rewritten on a terminal, one now and then elsewhere.
import { counted, duration } from './format.ts'

const [TERMINAL_MS, CALM_MS] = [100, 15_000]
/** Rate and time left are taken from so many of the last moments. */
const WINDOW = 50

export class TrainLine {
  readonly #stream: NodeJS.WriteStream
  readonly #every: number
  #last = performance.now()
  #rows = 0
  #window: { at: number; step: number; rows: number }[] = []

  constructor(stream: NodeJS.WriteStream = process.stderr) {
    this.#stream = stream
    this.#every = stream.isTTY ? TERMINAL_MS : CALM_MS
  }

  step({ step, steps, rows, loss }: { step: number; steps: number; rows: number; loss: number }): void {
    this.#rows += rows
    if (!this.#isTime()) return
    this.#window.push({ at: this.#last, step, rows: this.#rows })
    if (this.#window.length > WINDOW) this.#window.shift()
    const [first, last] = [this.#window[0], this.#window.at(-1)]
    const parts = [`step ${counted(step)}/${counted(steps)}`, `loss ${loss.toFixed(3)}`]
    if (first && last && last.at > first.at) {
      const seconds = (last.at - first.at) / 1000
      const left = ((steps - step) * seconds) / (last.step - first.step)
      parts.push(`${counted(Math.round((last.rows - first.rows) / seconds))} rows/s`, `${duration(left)} left`)
    }
    this.#write(parts.join(' · '))
  }

  /** Any other line. @param lineOf is called when it is time for one */
  show(lineOf: () => string): void {
    if (this.#isTime()) this.#write(lineOf())
  }

  /** Writes a sentence without breaking the live line. */
  note(sentence: string): true {
    this.done()
    this.#stream.write(`${sentence}\n`)
    return true
  }

  done(): void {
    if (this.#stream.isTTY) this.#stream.write('\r\x1b[2K')
  }

  #isTime(): boolean {
    const now = performance.now()
    if (now - this.#last < this.#every) return false
    this.#last = now
    return true
  }

  #write(line: string): void {
    if (this.#stream.isTTY) this.#stream.write(`\r\x1b[2K${line.slice(0, Math.max(20, this.#stream.columns - 1))}`)
    else this.#stream.write(`${line}\n`)
  }
}
