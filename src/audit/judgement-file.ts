// The judgements of an audit on disk. A judgement is on the disk before it is acknowledged; nothing is rewritten.
import { closeSync, existsSync, fstatSync, fsyncSync, openSync, readSync, statSync, writeSync } from 'node:fs'
import { dirname } from 'node:path'
import { UsageError, writeFailure } from '../base/errors.ts'
import { auditLineIn, StandingJudgements, type AuditLine } from '../rows/audit-lines.ts'

const NEWLINE = 10

/** The judgements in a file, as they stand. Other processes may append to it at the same time. */
export class JudgementFile {
  readonly path: string
  standing = new StandingJudgements()
  /** Lines that are no judgements, from 1: a crash can leave a line unfinished. Such a judgement was never acknowledged. */
  brokenLines: number[] = []
  /** Whether the last line has no end: it is being written, or a crash left it so. */
  isUnfinished = false
  #readBytes = 0
  #lines = 0

  constructor(path: string) {
    this.path = path
    this.refresh()
  }

  /** Reads what was appended since, by this or another process. */
  refresh(): void {
    const size = statSync(this.path, { throwIfNoEntry: false })?.size ?? 0
    // It is another file than before.
    if (size < this.#readBytes) this.#forget()
    if (size === this.#readBytes) return
    const file = openSync(this.path, 'r')
    try {
      const bytes = Buffer.alloc(fstatSync(file).size - this.#readBytes)
      const read = bytes.length > 0 ? readSync(file, bytes, 0, bytes.length, this.#readBytes) : 0
      // What has no newline yet is being written, or was left unfinished.
      const end = bytes.subarray(0, read).lastIndexOf(NEWLINE) + 1
      for (const text of bytes.toString('utf8', 0, end).split('\n').slice(0, -1)) this.#take(text)
      this.isUnfinished = read > end
      this.#readBytes += end
    } finally {
      closeSync(file)
    }
  }

  #forget(): void {
    this.standing = new StandingJudgements()
    this.brokenLines = []
    this.isUnfinished = false
    this.#readBytes = 0
    this.#lines = 0
  }

  #take(text: string): void {
    this.#lines += 1
    if (text.trim() === '') return
    const line = auditLineIn(text)
    if (line === undefined) this.brokenLines.push(this.#lines)
    else this.standing.add(line)
  }

  /**
   * Appends a line and returns when it is on the disk. A line is one write to the end of the file, so that those of several processes do
   * not mix.
   * @throws UsageError if it cannot be written; then it does not count
   */
  append(line: AuditLine): void {
    try {
      const isNew = !existsSync(this.path)
      const file = openSync(this.path, 'a+')
      try {
        // An unfinished line is ended first, so that it does not swallow this one.
        const start = endsInLine(file) ? '' : '\n'
        const bytes = Buffer.from(`${start}${JSON.stringify(line)}\n`)
        if (writeSync(file, bytes) !== bytes.length) throw new Error('the disk took only a part of the line')
        fsyncSync(file)
      } finally {
        closeSync(file)
      }
      if (isNew) syncFolder(dirname(this.path))
    } catch (error) {
      throw new UsageError(`cannot write the judgement to ${this.path}: ${writeFailure(error)}`, {
        cause: error,
        hint: 'Nothing that was acknowledged before is lost. Judge the passage again.',
      })
    }
    this.refresh()
  }
}

function endsInLine(file: number): boolean {
  const { size } = fstatSync(file)
  if (size === 0) return true
  const last = Buffer.alloc(1)
  readSync(file, last, 0, 1, size - 1)
  return last[0] === NEWLINE
}

/** Makes the name of a new file last, too. Windows opens no folders. */
function syncFolder(folder: string): void {
  if (process.platform === 'win32') return
  const opened = openSync(folder, 'r')
  try {
    fsyncSync(opened)
  } finally {
    closeSync(opened)
  }
}
