// Reads a reply in RLHN's grammar. Lenient about how a document is named, strict about everything that decides.
//   <thinking> Doc (1): … </thinking> <preference> Doc (2): … </preference>
//   <verdict> <better> label text: [Doc (2), Doc (5)] </better>, <worse> label text: [Doc (1)] </worse> </verdict>
import { quoted } from '../../base/strings.ts'
import { UnreadableReply } from '../../llm/read.ts'
import { listOf, NO_LABELS, type Labels, type List } from './labels.ts'

/** Documents by their 1-based numbers. */
export interface RlhnReply {
  better: number[]
  worse: number[]
  /** Returns the model's words on a document: from the preference section, else from its thinking. */
  reasonFor(document: number): string | undefined
  preferenceFor(document: number): string | undefined
  thinkingOn(document: number): string | undefined
  /** Returns whether the preference section puts the document strictly above the ground truth; undefined if it does not say. */
  isStrictlyBetter(document: number): boolean | undefined
}

/**
 * @param count how many documents were shown
 * @param labels that the prompt asks for, besides the known ones
 * @throws UnreadableReply when there is not exactly one complete verdict, a list cannot be read in full, a number is out of
 * range, or a document is in both lists
 */
export function readRlhnReply(text: string, count: number, labels: Labels = NO_LABELS): RlhnReply {
  const tags = tagsIn(text)
  const verdict = onlyVerdict(text, tags)
  const documents = (list: List) => documentsIn(onlyList(text, verdict, list), list, count, labels)
  const [better, worse] = [documents('better'), documents('worse')]
  const both = better.filter((document) => worse.includes(document))
  if (both.length > 0) throw new UnreadableReply('contradictory', `it lists ${docs(both)} as better and as worse`)
  const preferred = wordsByDocument(text, tags, 'preference')
  const thought = wordsByDocument(text, tags, 'thinking')
  assertAgreement(better, worse, preferred)
  return {
    better,
    worse,
    reasonFor: (document) => preferred().get(document) ?? thought().get(document),
    preferenceFor: (document) => preferred().get(document),
    thinkingOn: (document) => thought().get(document),
    isStrictlyBetter: (document) => strictness(preferred().get(document)),
  }
}

/** A tag of the grammar and its position in a reply. */
interface Tag {
  name: string
  isClosing: boolean
  start: number
  end: number
}

const TAG = /<\s*(?:(\/)\s*)?(thinking|preference|verdict|better|worse)\b[^<>]*>/iy

function tagsIn(text: string): Tag[] {
  const tags: Tag[] = []
  for (let at = text.indexOf('<'); at !== -1; at = text.indexOf('<', at + 1)) {
    TAG.lastIndex = at
    const match = TAG.exec(text)
    if (!match) continue
    const name = (match[2] ?? '').toLowerCase()
    tags.push({ name, isClosing: match[1] === '/', start: at, end: at + match[0].length })
  }
  return tags
}

/** Returns the tags from the only `<verdict>` to its `</verdict>`, both included. */
function onlyVerdict(text: string, tags: Tag[]): Tag[] {
  const places = tags.flatMap(({ name }, index) => (name === 'verdict' ? [index] : []))
  const [first = -1, last = -1] = places
  const [open, close] = [tags[first], tags[last]]
  if (places.length > 2) throw new UnreadableReply('contradictory', 'it has more than one verdict')
  if (open === undefined || close === undefined || open.isClosing || !close.isClosing) {
    const isRepeated = open !== undefined && close !== undefined && open.isClosing === close.isClosing
    if (isRepeated) throw new UnreadableReply('contradictory', 'it has more than one verdict')
    throw new UnreadableReply('malformed', 'it has no complete <verdict> … </verdict>')
  }
  if (['thinking', 'preference'].some((section) => isOpen(tags.slice(0, first), section))) {
    throw new UnreadableReply('malformed', 'its verdict stands inside the thinking or the preference')
  }
  // Words after the verdict may take it back; only closing tags and a code fence may follow.
  if (!/^(?:\s|`|<\/\w+>)*$/.test(text.slice(close.end))) {
    throw new UnreadableReply('contradictory', 'it goes on after the verdict')
  }
  return tags.slice(first, last + 1)
}

/** Returns whether a section was opened and not closed by these tags. */
function isOpen(tags: Tag[], section: string): boolean {
  return tags.findLast(({ name }) => name === section)?.isClosing === false
}

/**
 * Returns the text between `<better>` and `</better>` (or `worse`). The verdict holds each list once, with only punctuation beside them.
 */
function onlyList(text: string, verdict: Tag[], list: List): string {
  const [open, close, ...more] = verdict.filter(({ name }) => name === list)
  if (open === undefined || close === undefined || more.length > 0 || open.isClosing || !close.isClosing) {
    throw new UnreadableReply('malformed', `its verdict has not exactly one <${list}> … </${list}>`)
  }
  const before = verdict[verdict.indexOf(open) - 1]
  const after = verdict[verdict.indexOf(close) + 1]
  const beside = text.slice(before?.end, open.start) + text.slice(close.end, after?.start)
  if (/[^\s,;.]/.test(beside)) throw new UnreadableReply('malformed', 'its verdict says more than its two lists')
  return text.slice(open.end, close.start)
}

/** Documents by name: Doc (3), Doc(3), Doc 3, Document (3), (3), [3]. A bare number might be a count. */
const NAMED = String.raw`(?:doc(?:ument)?s?\.? ?(?:\( ?\d+ ?\)|\[ ?\d+ ?\]|\d+)|\( ?\d+ ?\)|\[ ?\d+ ?\])`
const SEPARATOR = String.raw`(?: ?(?:[,;&] ?(?:and )?|\band\b) ?| |(?<=[)\]]))`
const NAMED_LIST = new RegExp(String.raw`^${NAMED}(?:${SEPARATOR}${NAMED})*$`, 'i')
/** Within brackets, numbers alone are enough: [2, 5]. */
const NUMBER_LIST = /^\d+(?: ?[,;] ?\d+)*$/
const NOTHING = /^\(?(?:none|empty|n\/a|no (?:relevant )?documents?)\)?$/i
/** An echoed label without its colon, only if it ends as ours do. */
const LABEL = /^[^\d[\]:]*?\bground truths?\b ?(?=\[|doc(?:ument)?s?\.? ?[([\d]|\( ?\d)/i

/** Reads one list in full: an echoed label, then documents or an explicit "none". */
function documentsIn(section: string, list: List, count: number, labels: Labels): number[] {
  const text = section
    .replace(/["'`*\u200b]/g, '')
    .replace(/\s+/g, ' ')
    .trim()
  const unreadable = () => new UnreadableReply('malformed', `its list of <${list}> cannot be read: ${quoted(text)}`)
  const label = labelOf(text)
  const labelled = label === '' ? list : listOf(label, labels)
  if (labelled === undefined) throw unreadable()
  const found = text
    .slice(label.length)
    .trim()
    .replace(/[.,;]$/, '')
    .trim()
  const bracketed = /^\[([^[\]]*)\]$/.exec(found) ?? /^\[((?: ?\[ ?\d+ ?\](?: ?,)?)*) ?\]$/.exec(found)
  const inner = bracketed?.[1]?.replace(/,\s*$/, '').trim()
  // An empty section is not an explicit "none".
  if (inner === '' || NOTHING.test(inner ?? found)) return []
  if (!NAMED_LIST.test(inner ?? found) && !(inner !== undefined && NUMBER_LIST.test(inner))) throw unreadable()
  const documents = [...new Set([...found.matchAll(/\d+/g)].map(([digits]) => Number(digits)))]
  if (labelled !== list) {
    throw new UnreadableReply('contradictory', `its <${list}> holds the other list: ${quoted(text)}`)
  }
  const outside = documents.filter((document) => document < 1 || document > count)
  if (outside.length > 0) {
    throw new UnreadableReply(
      'out-of-range',
      `it names ${docs(outside)}, but the documents are Doc (1) to Doc (${count})`,
    )
  }
  return documents
}

function labelOf(text: string): string {
  const colon = text.lastIndexOf(':')
  if (colon !== -1 && !/[\d[]/.test(text.slice(0, colon))) return text.slice(0, colon + 1)
  return LABEL.exec(text)?.[0] ?? ''
}

const WORDS = /(?:doc(?:ument)? ?)(?:\( ?)?(?:\[ ?)?(\d+) ?(?:\] ?)?(?:\) ?)?:/gi

/** Returns the text of a section after each `Doc (n):`, in one line. It is parsed on first use. */
function wordsByDocument(text: string, tags: Tag[], section: string): () => Map<number, string> {
  let words: Map<number, string> | undefined
  return () => (words ??= readWords(text, tags, section))
}

function readWords(text: string, tags: Tag[], section: string): Map<number, string> {
  const words = new Map<number, string>()
  const open = tags.findIndex(({ name, isClosing }) => name === section && !isClosing)
  const [start, end] = [tags[open]?.end, tags[open + 1]?.start]
  if (open === -1 || start === undefined) return words
  const body = text.slice(start, end).replace(/\s+/g, ' ')
  const labels = [...body.matchAll(WORDS)]
  for (const [index, label] of labels.entries()) {
    const said = body.slice(label.index + label[0].length, labels[index + 1]?.index).trim()
    const document = Number(label[1])
    if (said !== '' && !words.has(document)) words.set(document, said)
  }
  return words
}

/** If the preference section ranks a document in our words, it must rank it as the lists do. */
function assertAgreement(better: number[], worse: number[], preferred: () => Map<number, string>): void {
  const said = (documents: number[], rank: RegExp) =>
    documents.filter((document) => rank.test(preferred().get(document) ?? ''))
  const torn = [...said(better, /^\W*worse\b/i), ...said(worse, /^\W*strictly better\b/i)]
  if (torn.length > 0)
    throw new UnreadableReply('contradictory', `its preference and its verdict disagree about ${docs(torn)}`)
}

function strictness(words: string | undefined): boolean | undefined {
  if (words === undefined) return undefined
  if (/^\W*strictly better\b/i.test(words)) return true
  return /^\W*(equal|worse)\b/i.test(words) ? false : undefined
}

const docs = (numbers: number[]) => numbers.map((number) => `Doc (${number})`).join(', ')
