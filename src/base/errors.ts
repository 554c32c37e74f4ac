// Every error that Winnow throws on purpose: what failed, where, the value seen, the values allowed, and what to try next.

export interface ErrorDetails {
  /** The next thing to try, as one sentence or command. */
  hint?: string
  cause?: unknown
}

/** The base of all of Winnow's own errors. `code` is stable and meant for programs, `message` for people. */
export class WinnowError extends Error {
  readonly code: string
  readonly hint: string | undefined
  /** Whether the same call may succeed if it is repeated. */
  readonly isRetryable: boolean = false

  constructor(code: string, message: string, details: ErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause })
    this.name = new.target.name
    this.code = code
    this.hint = details.hint
  }
}

/** Unusable options, files or settings. Nothing was sent or written. */
export class UsageError extends WinnowError {
  constructor(message: string, details: ErrorDetails = {}) {
    super('usage', message, details)
  }
}

/** Returns the message of anything that was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}

const READ_FAILURES: Record<string, string> = {
  ENOENT: 'no such file',
  ENOTDIR: 'part of its path is a file, not a folder',
  EISDIR: 'it is a folder',
  EACCES: 'permission denied',
  ELOOP: 'a link in its path leads back to itself',
}

/** Returns why a file cannot be read, in plain words if the system's message is not meant for people. */
export function readFailure(error: unknown): string {
  const { code = '' } = error as NodeJS.ErrnoException
  return READ_FAILURES[code] ?? messageOf(error)
}

const SQLITE_FULL = 'database or disk is full'
const DISK_CODES = ['ENOSPC', 'EDQUOT', 'EIO', 'EROFS']
const WRITE_FAILURES: Record<string, string> = {
  ENOSPC: 'the disk is full',
  EDQUOT: 'your quota of the disk is used up',
  EIO: 'the disk reports an error',
  EROFS: 'it is on a file system that may only be read',
  EACCES: 'it may not be written',
  EISDIR: 'it is a folder',
  EEXIST: 'there is a file of this name',
  ENOTDIR: 'part of its path is a file, not a folder',
  [SQLITE_FULL]: 'the disk is full',
  'disk I/O error': 'the disk is full or reports an error',
}

/** Returns why a file cannot be written, in plain words if the system's message is not meant for people. */
export function writeFailure(error: unknown): string {
  const { code = '' } = error as NodeJS.ErrnoException
  return WRITE_FAILURES[code] ?? WRITE_FAILURES[messageOf(error)] ?? messageOf(error)
}

/** Creates the error for a file that cannot be written, with the reason. */
export function cannotWrite(path: string, error: unknown): WinnowError {
  return new WinnowError('cannot-write', `cannot write ${path}: ${writeFailure(error)}`, { cause: error })
}

/** Runs work that writes to `path`. If the disk refuses, the error names the path; any other error stays as it is. */
export async function writing<T>(path: string, work: () => T | Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    throw isOfDisk(error) ? cannotWrite(path, error) : error
  }
}

/** Whether an error is that of a full or broken disk that is written to. */
function isOfDisk(error: unknown): boolean {
  if (error instanceof WinnowError || !(error instanceof Error)) return false
  const { code, syscall, message } = error as NodeJS.ErrnoException
  return message === SQLITE_FULL || (DISK_CODES.includes(code ?? '') && syscall !== 'read')
}
