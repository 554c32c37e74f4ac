// How far a job of a few steps has come, on standard error: one line that is rewritten on a terminal, nothing elsewhere.
import { counted, percent } from './format.ts'

const EVERY_MS = 100

export interface Step {
  what: string
  done: number
  total: number
}

export interface StepLine {
  show(step: Step): void
  /** Writes a sentence without breaking the line. */
  note(sentence: string): void
  done(): void
}

export function stepLine(isQuiet: boolean, stream: NodeJS.WriteStream = process.stderr): StepLine {
  const isLive = stream.isTTY && !isQuiet
  const clear = () => void (isLive && stream.write('\r\x1b[2K'))
  let last = 0
  return {
    show({ what, done, total }) {
      const now = performance.now()
      if (!isLive || (now - last < EVERY_MS && done < total)) return
      last = now
      const share = total > 0 ? ` · ${percent(done / total)}` : ''
      const line = `${what}: ${counted(done)}${total > 0 ? ` of ${counted(total)}` : ''}${share}`
      stream.write(`\r\x1b[2K${line.slice(0, Math.max(20, stream.columns - 1))}`)
    },
    note(sentence) {
      clear()
      stream.write(`${sentence}\n`)
    },
    done: clear,
  }
}
