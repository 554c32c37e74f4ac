// Figures of CausalNeg for the summary besides outcomes: what the gates refused, and for each strategy how
// faithful its passages are and how many leak.
import { lostBeside, standingsIn, type CausalnegPolicyOptions, type Standing } from './policy.ts'
import type { DecidedRow } from '../../policy/decided.ts'
import type { Decision } from '../../policy/policy.ts'
import type { Passage } from '../../rows/row.ts'
import type { Figures, MethodTally } from '../../method/definition.ts'
import { STRATEGIES } from '../../evidence/evidence.ts'

/** Counts kept for each strategy. */
const COUNTS = ['written', 'rewritten', 'verified', 'faithful', 'leaks', 'accepted'] as const
type Count = (typeof COUNTS)[number]

export class CausalnegTally implements MethodTally {
  readonly #policy: CausalnegPolicyOptions
  #analysed = 0
  #written = 0
  #withNegatives = 0
  #references = 0
  readonly #counts = new Map<string, number>()

  constructor(policy: CausalnegPolicyOptions) {
    this.#policy = policy
  }

  add({ entry: { row }, evidence, decision }: DecidedRow): void {
    if (!evidence.some(({ kind }) => kind === 'analysis')) return
    this.#analysed += 1
    const standings = standingsIn(row, evidence, this.#policy).map((each) => settled(each, decision))
    if (standings.length > 0) this.#written += 1
    if (standings.some(({ discard }) => discard === undefined)) this.#withNegatives += 1
    for (const standing of standings) this.#addStanding(standing)
  }

  #addStanding({ candidate, verification, discard }: Standing): void {
    const { strategy, requirement, attempt, rewrites } = candidate
    if (rewrites !== undefined) this.#references += 1
    const found: Record<Count, boolean> = {
      written: true,
      rewritten: attempt === 2,
      verified: verification !== undefined,
      faithful:
        verification?.requirements[requirement - 1] === 'violated' &&
        lostBeside(requirement, verification.requirements).length === 0,
      leaks: verification?.attemptsAnswer === true,
      accepted: discard === undefined,
    }
    for (const name of COUNTS) if (found[name]) this.#bump(`${name}.${strategy}`)
    if (discard) this.#bump(`discarded.${discard.code}`)
  }

  #bump(name: string): void {
    this.#counts.set(name, (this.#counts.get(name) ?? 0) + 1)
  }

  figures(): Figures {
    const byStrategy = STRATEGIES.flatMap((strategy) => COUNTS.map((name) => `${name}.${strategy}`))
    const discarded = [...this.#counts.keys()].filter((name) => name.startsWith('discarded.')).toSorted()
    return {
      rowsAnalysed: this.#analysed,
      rowsWritten: this.#written,
      rowsWithNegatives: this.#withNegatives,
      madeFromReferences: this.#references,
      ...Object.fromEntries([...byStrategy, ...discarded].map((name) => [name, this.#counts.get(name) ?? 0])),
    }
  }
}

/** An accepted passage may still be discarded as too easy. */
function settled(standing: Standing, decided: Decision): Standing {
  if (standing.discard !== undefined) return standing
  const { passage: id } = standing.candidate
  // A passage whose id the row already has gets a number.
  const isIt = ({ id: other }: Passage) => other === id || other === `${id}#2`
  if (decided.added?.some(isIt)) return standing
  const gone = decided.discarded?.find(({ passage }) => isIt(passage))
  return gone ? { ...standing, discard: { code: gone.code, text: gone.text } } : standing
}

export function causalnegLines(figures: Figures): string[] {
  const of = (name: string) => figures[name] ?? 0
  const rows = (name: string) => (of(name) === 1 ? '1 row' : `${of(name)} rows`)
  const total = (name: Count) => STRATEGIES.reduce((sum, strategy) => sum + of(`${name}.${strategy}`), 0)
  if (total('written') === 0) return []
  const share = (part: number, whole: number) => (whole === 0 ? '–' : `${((100 * part) / whole).toFixed(1)}%`)
  const line = (name: string, cells: (string | number)[]) =>
    `  ${name.padEnd(20)}${cells.map((cell) => String(cell).padStart(10)).join('')}`
  const used = STRATEGIES.filter((strategy) => of(`written.${strategy}`) > 0)
  return [
    `written: ${total('written')} passages for ${rows('rowsWritten')}, ${of('madeFromReferences')} of them based on a mined negative; accepted: ${total('accepted')} in ${rows('rowsWithNegatives')}`,
    line('by strategy', ['written', 'accepted', 'verified', 'faithful', 'leaks']),
    ...used.map((strategy) => {
      const count = (name: Count) => of(`${name}.${strategy}`)
      const ofVerified = (name: Count) => share(count(name), count('verified'))
      return line(strategy, [
        count('written'),
        count('accepted'),
        count('verified'),
        ofVerified('faithful'),
        ofVerified('leaks'),
      ])
    }),
  ]
}
