// The live line on standard error: rewritten in place on a terminal, printed occasionally elsewhere.
import type { DownloadProgress, Progress } from '../base/hooks.ts'
import { cut } from '../base/text.ts'
import { counted, percent } from '../base/format.ts'
import { ERRORS, print, rewrite } from './door.ts'

const TERMINAL_MS = 100
const CALM_MS = 30_000
/** The width in columns if the terminal gives none, and the least width. */
const [USUAL, NARROWEST] = [80, 20]

/** How far a step is; a total of 0 is unknown. */
export interface Amount {
  done: number
  total: number
}

/** Shows the progress of a command. */
export interface ProgressLine {
  /**
   * Shows a text, but not too often.
   * @param textOf is called only when the text is shown
   * @param isLast shows it at any time
   * @param amount the same in numbers, for those who draw a bar
   */
  show(textOf: () => string, isLast?: boolean, amount?: Amount): void
  /** Writes a sentence permanently, without breaking the live line. */
  note(sentence: string): void
  clear(): void
}

export class LiveLine implements ProgressLine {
  readonly #stream: NodeJS.WriteStream
  readonly #every: number
  #last = performance.now()

  constructor(stream: NodeJS.WriteStream = ERRORS) {
    this.#stream = stream
    this.#every = stream.isTTY ? TERMINAL_MS : CALM_MS
  }

  show(textOf: () => string, isLast = false): void {
    const now = performance.now()
    if (now - this.#last < this.#every && !isLast) return
    this.#last = now
    if (!this.#stream.isTTY) print(textOf(), this.#stream)
    else rewrite(cut(textOf(), Math.max(NARROWEST, (this.#stream.columns || USUAL) - 1)), this.#stream)
  }

  note(sentence: string): void {
    this.clear()
    print(sentence, this.#stream)
  }

  clear(): void {
    if (this.#stream.isTTY) rewrite('', this.#stream)
  }
}

/** Formats `searching 640/809 · 79.1%`, or `reading 640` if the total is unknown. */
export function progressText({ what, done, total }: Progress): string {
  const of = total > 0 ? `/${counted(total)} · ${percent(done / total)}` : ''
  return `${what} ${counted(done)}${of}`
}

export function downloadText({ file, received, size }: DownloadProgress): string {
  return `downloading ${megabytes(received)} of ${megabytes(size)} MB · ${percent(received / size)} · ${file}`
}

const megabytes = (bytes: number) => counted(Math.round(bytes / 1e6))
