// Reads a reply of RLHN's grammar: lenient about how a document is named, strict about everything that decides.
//   <thinking> Doc (1): … </thinking> <preference> Doc (2): … </preference>
//   <verdict> <better> label text: [Doc (2), Doc (5)] </better>, <worse> label text: [Doc (1)] </worse> </verdict>
import { UnreadableReply } from '../../llm/read.ts'

/** Documents by their 1-based numbers. */
export interface RlhnReply {
  better: number[]
  worse: number[]
  /** The model's words on a document: from the preference section, else from its thinking. */
  reasonFor(document: number): string | undefined
  /** Whether the preference section puts the document strictly above the ground truth; undefined when it does not say. */
  isStrictlyBetter(document: number): boolean | undefined
}

/**
 * @param count how many documents were shown
 * @throws UnreadableReply when there is not exactly one complete verdict, a list cannot be read in full, a number is
 *   out of range, or a document stands in both lists
 */
export function readRlhnReply(text: string, count: number): RlhnReply {
  const verdict = onlyVerdict(text)
  const beside = verdict.replace(/<(better|worse)>[\s\S]*?<\/\1>/gi, '')
  if (/[^\s,;.]/.test(beside)) throw new UnreadableReply('malformed', 'its verdict says more than its two lists')
  const better = documentsIn(onlySection(verdict, 'better'), count)
  const worse = documentsIn(onlySection(verdict, 'worse'), count)
  const both = better.filter((document) => worse.includes(document))
  if (both.length > 0) throw new UnreadableReply('contradictory', `it lists ${docs(both)} as better and as worse`)
  return {
    better,
    worse,
    reasonFor: (document) => wordsOn(text, 'preference', document) ?? wordsOn(text, 'thinking', document),
    isStrictlyBetter: (document) => strictness(wordsOn(text, 'preference', document)),
  }
}

function onlyVerdict(text: string): string {
  const opens = [...text.matchAll(/<\s*verdict\b[^>]*>/gi)]
  const closes = [...text.matchAll(/<\s*\/\s*verdict\b[^>]*>/gi)]
  const [open] = opens
  const [close] = closes
  if (opens.length > 1 || closes.length > 1) throw new UnreadableReply('contradictory', 'it has more than one verdict')
  if (open === undefined || close === undefined || close.index < open.index) {
    throw new UnreadableReply('malformed', 'it has no complete <verdict> … </verdict>')
  }
  if (isInsideAnother(text, open.index)) {
    throw new UnreadableReply('malformed', 'its verdict stands inside the thinking or the preference')
  }
  if (/\bdoc(ument)?s?\b|\[\s*\d/i.test(text.slice(close.index + close[0].length))) {
    throw new UnreadableReply('contradictory', 'it goes on about documents after the verdict')
  }
  return text.slice(open.index + open[0].length, close.index)
}

/** Whether a thinking or preference section is still open at a position. */
function isInsideAnother(text: string, position: number): boolean {
  const before = text.slice(0, position)
  return ['thinking', 'preference'].some((section) => {
    const opened = before.toLowerCase().lastIndexOf(`<${section}>`)
    return opened !== -1 && !before.toLowerCase().includes(`</${section}>`, opened)
  })
}

function onlySection(verdict: string, name: 'better' | 'worse'): string {
  const sections = [...verdict.matchAll(new RegExp(`<${name}>([\\s\\S]*?)</${name}>`, 'gi'))]
  const tags = [...verdict.matchAll(new RegExp(`</?${name}>`, 'gi'))]
  const [section] = sections
  if (section === undefined || tags.length !== 2) {
    throw new UnreadableReply('malformed', `its verdict has not exactly one <${name}> … </${name}>`)
  }
  return section[1] ?? ''
}

/** A number of a document as models write it: Doc (3), Doc(3), Doc 3, Document (3), [3], (3), 3. */
const DOCUMENT = String.raw`(?:doc(?:ument)?s?\.?\s*)?(?:\(\s*\d+\s*\)|\[\s*\d+\s*\]|\d+)`
const SEPARATOR = String.raw`(?:\s*(?:[,;]\s*(?:and\s)?|\band\b)\s*|\s+|(?<=[)\]]))`
const LIST = new RegExp(String.raw`^${DOCUMENT}(?:${SEPARATOR}${DOCUMENT})*$`, 'i')
/** An echoed label without its colon: only one that ends as ours do, since "all except Doc (3)" is none. */
const LABEL = /^[^\d[\]:]*?\bground truths?\b\s*(?=\[|doc(?:ument)?s?\.?\s*[([\d]|\(\s*\d)/i

/** Reads one list in full: an echoed label, then documents or an explicit nothing. */
function documentsIn(section: string, count: number): number[] {
  const text = section.trim()
  const colon = text.lastIndexOf(':')
  const label =
    colon !== -1 && !/[\d[]/.test(text.slice(0, colon)) ? text.slice(0, colon + 1) : (LABEL.exec(text)?.[0] ?? '')
  const list = unbracketed(text.slice(label.length).trim())
  if (list === undefined) throw new UnreadableReply('malformed', `a list of its verdict cannot be read: ${short(text)}`)
  if (list === '' || /^(none|no documents?|n\/a)$/i.test(list)) return []
  if (!LIST.test(list)) throw new UnreadableReply('malformed', `a list of its verdict cannot be read: ${short(text)}`)
  const documents = [...new Set([...list.matchAll(/\d+/g)].map(([digits]) => Number(digits)))]
  const outside = documents.filter((document) => document < 1 || document > count)
  if (outside.length > 0) {
    throw new UnreadableReply(
      'out-of-range',
      `it names ${docs(outside)}, but the documents are Doc (1) to Doc (${count})`,
    )
  }
  return documents
}

/** What stands between the outer brackets, or the list as it is when it has none; undefined when it is neither. */
function unbracketed(text: string): string | undefined {
  const list = text.replace(/[.,;]$/, '').trim()
  const inner = /^\[([^[\]]*)\]$/.exec(list) ?? /^\[((?:\s*\[\s*\d+\s*\]\s*,?)*)\]$/.exec(list)
  if (inner) return (inner[1] ?? '').trim()
  // Nothing at all is not an explicit nothing.
  return list === '' ? undefined : list
}

/** What a section says after `Doc (n):`, up to the next document, in one line. */
function wordsOn(text: string, section: string, document: number): string | undefined {
  const body = new RegExp(`<${section}>([\\s\\S]*?)</${section}>`, 'i').exec(text)?.[1]
  if (body === undefined) return undefined
  const label = String.raw`(?:doc(?:ument)?\s*)\(?\[?\s*(\d+)\s*\]?\)?\s*:`
  for (const [, number, words] of body.matchAll(new RegExp(`${label}([\\s\\S]*?)(?=${label}|$)`, 'gi'))) {
    if (Number(number) === document) return (words ?? '').replace(/\s+/g, ' ').trim() || undefined
  }
  return undefined
}

function strictness(words: string | undefined): boolean | undefined {
  if (words === undefined) return undefined
  if (/^\W*strictly better\b/i.test(words)) return true
  return /^\W*(equal|worse)\b/i.test(words) ? false : undefined
}

const docs = (numbers: number[]) => numbers.map((number) => `Doc (${number})`).join(', ')
const short = (text: string) => JSON.stringify(text.length > 80 ? `${text.slice(0, 77)}…` : text)
