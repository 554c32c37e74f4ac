// The log of --diagnose: one line per step, written as soon as it is known. After a kill it continues from the same step as the
// vectors, so that no step appears twice.
import { closeSync, existsSync, openSync, readFileSync, writeFileSync, writeSync } from 'node:fs'
import { cannotWrite } from '../base/errors.ts'
import type { StepDiagnostics } from './diagnostics.ts'

export interface DiagnosticsLog {
  add(diagnostics: StepDiagnostics): void
  close(): void
}

/**
 * Opens the log to continue after a step; cuts off later lines and a torn one.
 * @param after the last step contained in the vectors; 0 when training begins
 */
export function openDiagnosticsLog(path: string, after: number): DiagnosticsLog {
  const before = after > 0 && existsSync(path) ? readFileSync(path, 'utf8').split('\n') : []
  writeFileSync(
    path,
    before
      .filter((line) => isUpTo(line, after))
      .map((line) => `${line}\n`)
      .join(''),
  )
  const file = openSync(path, 'a')
  return {
    add: (diagnostics) => {
      try {
        writeSync(file, `${JSON.stringify(diagnostics)}\n`)
      } catch (error) {
        throw cannotWrite(path, error)
      }
    },
    close: () => closeSync(file),
  }
}

function isUpTo(line: string, step: number): boolean {
  try {
    return (JSON.parse(line) as StepDiagnostics).step <= step
  } catch {
    return false
  }
}
