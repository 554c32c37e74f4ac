// Reads what small models answer in a line, a few lines or a passage. Nothing is cut out of a longer reply.
import { UnreadableReply } from '../llm/read.ts'
import { fold } from '../likeness/fold.ts'
import { oneWordIn } from './one-word.ts'

/** Longer lines are no sentence. */
const MOST = 600

/** @throws UnreadableReply unless it is one line of words */
export function readLine(text: string): string {
  const line = text.trim()
  if (line.includes('\n')) throw new UnreadableReply('malformed', 'it has more than one line')
  return sentence(line)
}

/** Returns the line; undefined for an explicit NONE. */
export function readLineOrNone(text: string): string | undefined {
  return isNone(text) ? undefined : readLine(text)
}

const isNone = (text: string) => oneWordIn(text) === 'none'

function sentence(line: string): string {
  if (line.length > MOST) throw new UnreadableReply('malformed', `a line of it has more than ${MOST} characters`)
  if (!/[\p{L}\p{N}]/u.test(line)) throw new UnreadableReply('malformed', 'a line of it has no words')
  return line
}

/** Bullets and numbers before a line are no part of it. */
const MARK = /^(?:[-*\u2022]|\d{1,2}[.):])\s+/

/** @throws UnreadableReply unless it has so many lines of words, no two of which are the same */
export function readLines(text: string, fewest: number, most: number): string[] {
  const lines = text.split('\n').map((line) => line.trim())
  const read = lines.filter((line) => line !== '').map((line) => sentence(line.replace(MARK, '')))
  const count = read.length
  if (count < fewest || count > most) {
    throw new UnreadableReply('out-of-range', `it has ${count} lines, and ${fewest} are asked for`)
  }
  if (read.some((line) => line.endsWith(':'))) {
    throw new UnreadableReply('malformed', 'a line of it only leads to a list')
  }
  if (new Set(read.map(fold)).size < count) throw new UnreadableReply('contradictory', 'it says the same twice')
  return read
}

/** What was written; without a text where the writer says that it cannot be done. */
export interface Written {
  text: string
  title?: string
}

const TITLE = /^[*#\s]*title\s*:[ \t]*([^\n]*)\n/i

/** A title that was not asked for is left out. @throws UnreadableReply when the title or the text is missing */
export function readWritten(said: string, hasTitle: boolean): Written {
  if (isNone(said)) return { text: '' }
  const [line = '', words = ''] = TITLE.exec(said.trimStart()) ?? []
  if (words.length > MOST) throw new UnreadableReply('malformed', `its title has more than ${MOST} characters`)
  const title = words.replace(/^[*\s]+|[*\s]+$/g, '')
  const text = said.trimStart().slice(line.length).trim()
  if (text === '') throw new UnreadableReply('incomplete', 'it has no text')
  if (!hasTitle) return { text }
  if (title === '') throw new UnreadableReply('incomplete', 'it has no line "Title: ..."')
  return { text, title }
}
