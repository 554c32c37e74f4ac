// Texts as recordings hold them: without what differs from run to run, and short.
import { createHash } from 'node:crypto'

export const hashOf = (bytes: Buffer | string) => createHash('sha256').update(bytes).digest('hex')

/** What may honestly differ between two runs, and what stands for it. Each pattern is as narrow as can be. */
const DIFFERS: [RegExp, string][] = [
  [/(127\.0\.0\.1):\d+/g, '$1:PORT'],
  [/\b20\d\d-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?Z)?/g, 'TIME'],
  [/\b20\d\d-\d\d-\d\d \d\d:\d\d:\d\d UTC · [\d,]+ ms\b/g, 'TIME · N ms'],
  // The foot of a page for a browser.
  [/\b20\d\d-\d\d-\d\d \d\d:\d\d UTC · [\d.]+ s\b/g, 'TIME · N s'],
  [/("(?:seconds|trainedSeconds|rowsPerSecond|startedMs|updatedMs|latencyMs)": ?)[\d.e+-]+/g, '$10'],
  [/("winnow": ?")\d+\.\d+\.\d+/g, '$1VERSION'],
  [/\b(winnow) \d+\.\d+\.\d+/gi, '$1 VERSION'],
  // The line of training: its speed, its time, the share of all the time.
  [/[\d,]+ rows\/s on (\d+ threads?), [\d.]+ s of training, [\d.]+ s in total \(\d+%\)/g, 'N rows/s on $1'],
  // The live line, said every 15 seconds; and the time of what took long.
  [/^[a-z][a-z ]* [\d,]+\/[\d,]+(?: rows)? · .*\n/gm, ''],
  [/;\s+(?:looked through in )?[\d.]+ s$/gm, ''],
  [/\bin [\d.]+ s\b/g, 'in N s'],
  [/^[\d.]+ s$/gm, 'N s'],
  // How old the corpus of an index is.
  [/("times": ?)"[\d ]+"/g, '$1""'],
  // The size of a ledger.
  [/( repl(?:y|ies), )[\d.,]+ (?:bytes|[KM]iB)/g, '$1N bytes'],
  [/^(compacted: )[\d,]+ → [\d,]+ bytes/gm, '$1N → N bytes'],
  [/("bytes": ?)\d+/g, '$10'],
]

/** A call on the page of explain. It holds a time and a duration, so that its lines are broken now here, now there. */
const CALL = /^ +\S+ +[\d.]+ +\S+ at [\s\S]*?finish [\w-]+$/gm

export function honest(text: string): string {
  const unbroken = text.replace(CALL, (call) => `  ${call.trim().replaceAll(/\s+/g, ' ')}`)
  return DIFFERS.reduce((all, [pattern, stands]) => all.replace(pattern, stands), unbroken)
}

/** How much of a line and of a text is shown. */
const LINE = { upTo: 240, begins: 200 }
const RECORD = { upTo: 120, begins: 50 }
const FIELD = { upTo: 240, begins: 200 }
const LINES = { upTo: 40, first: 30, last: 3 }

/**
 * The same text, unless it is long: of a long line its beginning and a hash, of many lines those at both ends and a hash of all. A JSON document
 * becomes one line for each of its fields, and a hash of all.
 */
export function abridged(text: string): string {
  const fields = fieldsOf(text)
  if (fields) return linesOf([...fields.map((field) => shortened(field, FIELD)), `sha256 ${hashOf(text)}`])
  const lines = text.replace(/\n$/, '').split('\n')
  const all = lines.map((line) => shortened(line, line.startsWith('{') ? RECORD : LINE))
  const note = text.endsWith('\n') ? [] : ['(no line feed at the end)']
  if (all.length <= LINES.upTo) return linesOf([...all, ...note])
  const rest = `… ${all.length - LINES.first - LINES.last} more lines, sha256 of all ${hashOf(text)}`
  return linesOf([...all.slice(0, LINES.first), rest, ...all.slice(-LINES.last), ...note])
}

const linesOf = (lines: readonly string[]) => lines.map((line) => `${line}\n`).join('')

const shortened = (line: string, { upTo, begins }: { upTo: number; begins: number }) =>
  line.length > upTo ? `${line.slice(0, begins)}… ${hashOf(line).slice(0, 12)}` : line

function fieldsOf(text: string): string[] | undefined {
  if (!text.startsWith('{\n')) return undefined
  return Object.entries(JSON.parse(text) as object).map(([name, value]) => `${name}: ${JSON.stringify(value)}`)
}
