// Every error that Winnow throws on purpose: what failed, where, the value seen, what is allowed, and what to try next.

export interface ErrorDetails {
  /** The next thing to try, as one sentence or command. */
  hint?: string
  cause?: unknown
}

/** The base of all of Winnow's own errors. `code` is stable and meant for programs, `message` for people. */
export class WinnowError extends Error {
  readonly code: string
  readonly hint: string | undefined
  /** Whether the same call may succeed when it is made again. */
  readonly isRetryable: boolean = false

  constructor(code: string, message: string, details: ErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause })
    this.name = new.target.name
    this.code = code
    this.hint = details.hint
  }
}

/** Options, files or settings that cannot be used. Nothing was sent and nothing was written. */
export class UsageError extends WinnowError {
  constructor(message: string, details: ErrorDetails = {}) {
    super('usage', message, details)
  }
}

/** The message of anything that was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}

const READ_FAILURES: Record<string, string> = {
  ENOENT: 'there is no such file',
  ENOTDIR: 'a part of its path is a file, and no folder',
  EISDIR: 'it is a folder',
  EACCES: 'it may not be read',
}

/** Why a file cannot be read, in words of its own where the system's are not for people. */
export function readFailure(error: unknown): string {
  const { code = '' } = error as NodeJS.ErrnoException
  return READ_FAILURES[code] ?? messageOf(error)
}

/** What could not be written, and why. */
export function cannotWrite(path: string, error: unknown): WinnowError {
  return new WinnowError('cannot-write', `cannot write ${path}: ${messageOf(error)}`, { cause: error })
}
