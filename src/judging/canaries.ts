// Builds probes: rows of the file itself, among whose candidates two are canaries. One was taken from a far row and is surely irrelevant;
// the other is a positive that was held out, or the text of a positive among other sentences, and is surely relevant.
// Everything is drawn by the ids of rows and passages, so that the same file gives the same probes.
import { codeOf, mix, unitHash } from '../base/hash.ts'
import type { Probe } from '../method/probe.ts'
import { labelled, type Passage, type Row } from '../rows/row.ts'
import { FarPassages } from './far.ts'

/** Of the probes, one in so many is asked about twice, the second time in the opposite order. */
const TURNED = 4

/** Keeps the rows of a file that probes are made from, while it is read. */
export class ProbeSample {
  readonly #size: number
  readonly #limit: number
  #seen = 0
  readonly #isFit: (row: Row) => boolean
  #rows: { draw: number; row: Row }[] = []

  /**
   * @param limit rows that the run goes through
   * @param isFit whether it asks about a row
   */
  constructor(size: number, limit: number, isFit: (row: Row) => boolean) {
    this.#size = size
    this.#limit = limit
    this.#isFit = isFit
  }

  add(row: Row): void {
    this.#seen += 1
    if (this.#seen > this.#limit) return
    const draw = mix(...codeOf(row.id))
    const last = this.#rows.at(-1)
    if (last !== undefined && this.#rows.length >= this.#size && draw >= last.draw) return
    if (!hasTexts(row) || !this.#isFit(row)) return
    this.#rows.push({ draw, row })
    this.#rows.sort((a, b) => a.draw - b.draw)
    this.#rows.length = Math.min(this.#rows.length, this.#size)
  }

  /** In the order in which they are to be probed. */
  rows(): Row[] {
    return this.#rows.map(({ row }) => row)
  }
}

const hasTexts = (row: Row) =>
  row.query.trim() !== '' && row.passages.some(({ label, text }) => label === 'positive' && text.trim() !== '')

export interface ProbeRequest {
  /** How many to make, turned ones included. */
  count: number
  /** Most candidates of each. */
  candidates: number
  /** Whether each positive of a row is relevant by itself, so that one can be held out. */
  canHoldOut(row: Row): boolean
  /** Whether a passage is known to be relevant to a row. */
  isKnown(row: Row, passage: Passage): boolean
}

/** @param rows more than are needed: the far passages come from them all. Rows that have no far passage give no probe */
export function probesOf(rows: readonly Row[], request: ProbeRequest): Probe[] {
  const far = new FarPassages(rows)
  const turned = Math.floor(request.count / TURNED)
  const probes: Probe[] = []
  for (const row of rows) {
    if (probes.length >= request.count - turned) break
    const probe = probeOf(row, far, request)
    if (probe) probes.push(probe)
  }
  return [...probes, ...probes.slice(0, turned).map(turnedRound)]
}

function probeOf(row: Row, far: FarPassages, { candidates, canHoldOut, isKnown }: ProbeRequest): Probe | undefined {
  const positives = labelled(row, 'positive').filter(({ text }) => text.trim() !== '')
  const isHeldOut = positives.length > 1 && canHoldOut(row)
  const [irrelevant, frame] = far.take(row, isHeldOut ? 1 : 2, (passage) => isKnown(row, passage))
  const chosen = positives[Math.floor(unitHash(`relevant ${row.id}`) * positives.length)]
  if (irrelevant === undefined || chosen === undefined || (!isHeldOut && frame === undefined)) return undefined

  const wrong = canary(irrelevant, 'far')
  const right = canary(frame === undefined ? chosen : framed(chosen, frame), 'relevant')
  const truths = labelled(row, 'positive').filter((passage) => frame !== undefined || passage !== chosen)
  const drawn = (what: string) => (one: Passage, other: Passage) =>
    unitHash(`${what} ${row.id} ${one.id}`) - unitHash(`${what} ${row.id} ${other.id}`)
  const others = labelled(row, 'negative')
    .toSorted(drawn('beside'))
    .slice(0, Math.max(0, candidates - 2))
  const shown = [...others, wrong, right].toSorted(drawn('place'))
  const made = { ...row, id: `${row.id} (canary)`, passages: [...truths, ...shown] }
  return { of: row, row: made, irrelevant: wrong.id, relevant: right.id, isTurned: false }
}

/** Ids of files may be those of other passages in the row. */
const canary = ({ id, text, title }: Passage, kind: string): Passage => ({
  id: `${id} (${kind})`,
  text,
  ...(title !== undefined && { title }),
  label: 'negative',
  origin: 'given',
})

/** The same probe with its candidates in the opposite order. */
function turnedRound(probe: Probe): Probe {
  const { row } = probe
  const passages = [...labelled(row, 'positive'), ...labelled(row, 'negative').toReversed()]
  return { ...probe, row: { ...row, id: `${row.id}, turned`, passages }, isTurned: true }
}

/** Characters of other text before and after a positive, at most. */
const FRAME = 200

/** The text of a positive between the first and the last sentence of another passage. */
function framed(positive: Passage, { text }: Passage): Passage {
  const sentences = sentencesIn(text)
  const [first = '', last = ''] = [sentences[0]?.slice(0, FRAME), sentences.at(-1)?.slice(-FRAME)]
  return { ...positive, text: `${first} ${positive.text.trim()}${last === first ? '' : ` ${last}`}` }
}

const segmenter = new Intl.Segmenter('und', { granularity: 'sentence' })

const sentencesIn = (text: string): string[] =>
  [...segmenter.segment(text.replace(/\s+/g, ' '))].map(({ segment }) => segment.trim()).filter((each) => each !== '')
