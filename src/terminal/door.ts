// The one door to the terminal: whatever a file, a server or a model says is shown harmlessly, and only Winnow's own styles are obeyed.
import { randomInt } from 'node:crypto'
import { styleText } from 'node:util'
import { harmless } from '../base/harmless.ts'

type Format = Parameters<typeof styleText>[0]

export const OUTPUT: NodeJS.WriteStream = process.stdout
export const ERRORS: NodeJS.WriteStream = process.stderr

/** Marks the styles that this process wrote itself. No text can hold it, because it is drawn anew for each process. */
const SEAL = Array.from({ length: 4 }, () => `;${randomInt(1000, 10_000)}`).join('')
const SEALED = new RegExp(`\\\\u001b\\[(\\d+)${SEAL}m`, 'g')

/** Returns a style of a stream, sealed: it takes effect when the text is printed. */
export function styleOf(format: Format, stream: NodeJS.WriteStream): (text: string) => string {
  const sealed = styleText(format, '\0', { stream }).replaceAll(/\[(\d+)m/g, `[$1${SEAL}m`)
  const [opening = '', closing = ''] = sealed.split('\0')
  return (text) => `${opening}${text}${closing}`
}

/** Prints lines for people. */
export function print(text: string, stream: NodeJS.WritableStream): void {
  stream.write(`${shown(text)}\n`)
}

/** Replaces the line that the cursor is in. */
export function rewrite(text: string, stream: NodeJS.WritableStream): void {
  stream.write(`\r\u001b[2K${shown(text)}`)
}

/** Prints a report as JSON. */
export function printJson(report: unknown): void {
  OUTPUT.write(`${harmless(JSON.stringify(report, undefined, 2))}\n`)
}

/** Returns a text as a terminal may get it. */
export function shown(text: string): string {
  return harmless(text.replaceAll('\r\n', '\n')).replaceAll(SEALED, '\u001b[$1m')
}
