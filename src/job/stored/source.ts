// Where deciding takes evidence from: the ledger, read again by the method, or a file that evidence was written to.
import { UsageError } from '../../base/errors.ts'
import type { Ask } from '../../llm/chat.ts'
import type { Ledger } from '../../llm/ledger/ledger.ts'
import { isAsked, type MethodDefinition, type MethodPlan } from '../../method/definition.ts'
import type { Evidence, Human } from '../../evidence/evidence.ts'
import { gateOf } from '../../judging/cascade/record.ts'
import { readOptions } from '../../options/options.ts'
import type { RowLine } from '../../rows/read.ts'
import { contentId } from '../../rows/ids.ts'
import { labelled, passageOf, type Row } from '../../rows/row.ts'
import { notEvidence, type EvidenceFile, type PlacedRecord } from '../../evidence/file.ts'
import { evidenceIn, type EvidenceRecord } from '../../evidence/record.ts'
import { short, type StoredRun } from './stored-run.ts'

/** Provides evidence about rows beyond what the rows contain. */
export interface EvidenceSource {
  /** Whether it lies on a server, so that many rows at once are faster than one after the other. */
  isRemote: boolean
  /**
   * Returns the evidence that the method gathered about a row. Rows must be asked for in file order; several may be at once.
   * @param asked the row as the method sees it
   */
  gathered(entry: RowLine, asked: Row): Promise<Evidence[]>
  /** Runs the pass over the rows. */
  reading<T>(pass: () => Promise<T>, goesToTheEnd?: boolean): Promise<T>
}

/**
 * Returns the replies in a ledger as a source; the method reads them as when they were gathered. `ask` answers from the ledger alone.
 * @param humansIn what people said of the passages of a row
 */
export function fromLedger(
  ledger: Ledger,
  definition: MethodDefinition,
  plan: MethodPlan,
  { identities, cascade }: StoredRun['settings'],
  ask: Ask,
  humansIn: (row: string) => Promise<Human[]>,
): EvidenceSource {
  const method = plan.create(identities, cascade && gateOf(cascade))
  return {
    isRemote: ledger.isRemote,
    gathered: async ({ row }, asked) => {
      const found = isAsked(definition, asked) ? await method(asked, ask) : []
      return [...found, ...(await humansIn(row.id))]
    },
    reading: (pass) => ledger.reading(pass),
  }
}

/**
 * Returns the records of a file as a source, merged by line. Evidence known without a model is not taken from it, because it follows from
 * the rows.
 * @param method the method that the evidence belongs to
 * @param isWhole whether the pass goes as far as the evidence does, so that nothing may be left over
 */
export function fromFile(file: EvidenceFile, method: MethodDefinition, isWhole: boolean): EvidenceSource {
  const records = file.records()
  const gathered = method.missingIn ? readOptions(method.gatherOptions, file.head.options) : {}
  let current: PlacedRecord | undefined
  let last: Promise<unknown> = Promise.resolve()
  const advance = async () => (current = (await records.next()).value as PlacedRecord | undefined)
  const peek = async () => current ?? advance()

  const readRow = async ({ line, row }: RowLine, asked: Row): Promise<Evidence[]> => {
    const found: Evidence[] = []
    const seen = new Set<string>()
    const ids = new Set(row.passages.map(({ id }) => id))
    for (let next = await peek(); next && next.record.line <= line.number; next = await advance()) {
      assertAbout(next, line.number, row, ids)
      assertSound(next, row, method.verdicts, seen)
      found.push(evidenceIn(next.record))
    }
    assertComplete(found, asked, `${file.path}, line ${line.number} of the rows`, method, gathered)
    return found.filter(({ kind }) => kind !== 'known')
  }
  return {
    isRemote: false,
    gathered: (entry, asked) => {
      const found = last.then(() => readRow(entry, asked))
      last = found.catch(() => undefined)
      return found
    },
    reading: async (pass, goesToTheEnd = true) => {
      const done = await pass()
      if (!isWhole || !goesToTheEnd) return done
      const next = await peek()
      if (next) {
        throw notEvidence(next.place, `the rows have no line ${next.record.line}, or its records are out of order`)
      }
      return done
    },
  }
}

/**
 * @param ids of the row's passages; those of passages written for it are added as they appear
 * @throws UsageError if a record is not about this row, or names a passage that the row does not have
 */
function assertAbout({ record, place }: PlacedRecord, line: number, row: Row, ids: Set<string>): void {
  if (record.line < line) throw notEvidence(place, `line ${record.line} is not a row, or its records are out of order`)
  if (record.row !== row.id) throw notEvidence(place, `line ${line} is row ${row.id}, not ${record.row}`)
  if (record.kind === 'candidate') {
    const { passage, rewrites } = record
    if (contentId(record) !== passage) throw notEvidence(place, `passage ${passage} was written with a different text`)
    if (rewrites !== undefined && !ids.has(rewrites))
      throw notEvidence(place, `row ${row.id} has no passage ${rewrites}`)
    ids.add(passage)
  }
  const named = record.kind === 'unread' ? record.passages : 'passage' in record ? [record.passage] : []
  const strange = named.find((id) => !ids.has(id))
  if (strange !== undefined) throw notEvidence(place, `row ${row.id} has no passage ${strange}`)
}

/** @throws UsageError if a record contains something that its method cannot report, or repeats another */
function assertSound({ record, place }: PlacedRecord, row: Row, verdicts: readonly string[], seen: Set<string>): void {
  const name = nameOf(record)
  if (name === undefined) return
  if (seen.has(name)) {
    const what = 'passage' in record ? `${record.kind} of its passage ${record.passage}` : record.kind
    throw notEvidence(place, `row ${row.id} has a second ${what}`)
  }
  seen.add(name)
  if (record.kind !== 'verdict') return
  if (!verdicts.includes(record.verdict)) {
    throw notEvidence(place, `${JSON.stringify(record.verdict)} is not a verdict; allowed: ${verdicts.join(', ')}`)
  }
  const { snippet, passage: id } = record
  const passage = passageOf(row, id)
  const found = snippet && [...(passage?.[snippet.in] ?? '')].slice(snippet.start, snippet.end).join('')
  if (snippet && found !== snippet.text) {
    throw notEvidence(place, `passage ${id} has ${JSON.stringify(found)} there, not ${JSON.stringify(snippet.text)}`)
  }
}

/** Returns a name for a record that may appear only once; undefined for one that may repeat. */
function nameOf(record: EvidenceRecord): string | undefined {
  switch (record.kind) {
    case 'verdict':
      return ['verdict', record.stage, record.passage, record.step ?? '', record.order ?? ''].join(' ')
    case 'rank':
      return ['rank', record.stage, record.passage, record.step ?? '', record.order, record.window].join(' ')
    case 'score':
    case 'verification':
      return [record.kind, record.stage, record.passage].join(' ')
    case 'candidate':
      return ['candidate', record.attempt, record.requirement, record.strategy].join(' ')
    case 'human':
      return ['human', record.passage, record.who].join(' ')
    case 'analysis':
      return 'analysis'
    default:
      return undefined
  }
}

/** Whether evidence says that the method asked about its passage, or why it did not. */
const isOfMethod = ({ kind }: Evidence) => kind !== 'known' && kind !== 'human'

/** @throws UsageError if a passage that was asked about has no record: a negative or, among scores, a positive */
function assertComplete(
  found: Evidence[],
  asked: Row,
  where: string,
  { missingIn }: MethodDefinition,
  gathered: Record<string, unknown>,
): void {
  if (missingIn) {
    const missing = missingIn(asked, found, gathered)
    if (missing === undefined) return
    throw notEvidence(where, `${missing} of row ${asked.id} is missing`)
  }
  if (found.some(({ kind }) => kind === 'unread' || kind === 'exempt')) return
  const named = new Set(found.flatMap((item) => ('passage' in item && isOfMethod(item) ? [item.passage] : [])))
  const positives = found.some(({ kind }) => kind === 'score') ? labelled(asked, 'positive') : []
  const missing = [...positives, ...labelled(asked, 'negative')].find(({ id }) => !named.has(id))
  if (missing) {
    throw notEvidence(where, `no evidence for passage ${missing.id} of row ${asked.id}: records are missing`)
  }
}

/** @throws UsageError if a file of evidence is not of the input with this hash */
export function assertEvidenceOf({ path, head }: EvidenceFile, hash: string, input: string): void {
  if (head.input === hash) return
  throw new UsageError(
    `${path} is evidence for another input: the SHA-256 of its rows is ${short(head.input)}, ` +
      `that of ${input} is ${short(hash)}`,
    { hint: 'Give the rows it was written for, unchanged.' },
  )
}
