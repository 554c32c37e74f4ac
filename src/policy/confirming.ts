// Finds that are to become positives are asked about again in other orders of showing. A model that goes by the place of a passage does
// not find it again where it stands elsewhere.
import { unitHash } from '../base/hash.ts'
import { UsageError } from '../base/errors.ts'
import { plural } from '../base/format.ts'
import type { ChatModel } from '../llm/chat.ts'
import { integer } from '../options/options.ts'

/** The stage of the calls that confirm, and of their evidence. */
export const CONFIRM = 'confirm'

/** Further orders by default. */
const USUAL = 1

export const CONFIRM_OPTION = integer<number | undefined>('N', {
  help: 'a find becomes a positive only if the judge finds it again in N further orders of showing; asked only where there is a find (default: 1; 0 for replay: models, and where no find becomes a positive)',
  default: undefined,
  min: 0,
  max: 9,
})

export const NOT_CONFIRMED = 'not confirmed in another order'

const isRecorded = (model: string | ChatModel | undefined) => typeof model === 'string' && model.startsWith('replay:')

/**
 * Returns in how many further orders finds are confirmed.
 * @param models recorded ones hold no replies to other orders
 * @param makesPositives whether the policy may make a find a positive
 */
export function confirmOf(
  given: number | undefined,
  models: readonly (string | ChatModel | undefined)[],
  makesPositives: boolean,
): number {
  return given ?? (makesPositives && !models.some(isRecorded) ? USUAL : 0)
}

/**
 * Confirmations may be left out when deciding again, and not added.
 * @throws UsageError
 */
export function assertConfirmed(
  { confirm = 0 }: { confirm?: number | undefined },
  gathered: Record<string, unknown>,
): void {
  const asked = (gathered['confirm'] as number | undefined) ?? 0
  if (confirm <= asked) return
  throw new UsageError(`--confirm ${confirm}: the run asked in ${plural(asked, 'further order')}`, {
    hint: 'Run winnow clean with it: it only asks for what is missing.',
  })
}

/**
 * Returns the items in a further order, from 2: the second reverses the first, the third is drawn, the fourth reverses the third, and so on.
 * @param seed of the drawn orders
 */
export function inFurtherOrder<T extends { id: string }>(items: readonly T[], order: number, seed: string): T[] {
  const pair = Math.ceil(order / 2)
  const drawn = new Map(items.map(({ id }) => [id, unitHash(`confirm ${seed} ${pair} ${id}`)]))
  const placeOf = ({ id }: T) => drawn.get(id) as number
  const sorted = pair === 1 ? [...items] : items.toSorted((one, other) => placeOf(one) - placeOf(other))
  return order % 2 === 0 ? sorted.toReversed() : sorted
}

/** How many finds were confirmed; in the manifest. */
export interface Confirmation {
  /** In how many further orders finds were asked about. */
  orders: number
  /** Rows that were asked about again. */
  rows: number
  /** Finds that every further order found again, and those that some did not. */
  confirmed: number
  unconfirmed: number
  /** Why nothing was asked again although finds become positives; null otherwise. */
  leftOut: string | null
}

/** The field of the manifest that methods with confirmations fill. */
export const CONFIRMATION_FIELD = { name: 'confirmation', after: 'falseNegativesPerRow' } as const

/** Counts confirmations row by row. */
export class ConfirmationCount {
  readonly #orders: number
  readonly #leftOut: string | null
  #rows = 0
  #confirmed = 0
  #unconfirmed = 0

  constructor(orders: number, models: readonly (string | ChatModel | undefined)[], makesPositives: boolean) {
    this.#orders = orders
    const isLeftOut = orders === 0 && makesPositives && models.some(isRecorded)
    this.#leftOut = isLeftOut ? 'recorded replies are to one order only' : null
  }

  /** @param isConfirmed of each find of a row that was to be confirmed */
  add(isConfirmed: readonly boolean[]): void {
    if (this.#orders === 0 || isConfirmed.length === 0) return
    const confirmed = isConfirmed.filter(Boolean).length
    this.#rows += 1
    this.#confirmed += confirmed
    this.#unconfirmed += isConfirmed.length - confirmed
  }

  /** Null where nothing is to be confirmed. */
  get found(): Confirmation | null {
    if (this.#orders === 0 && this.#leftOut === null) return null
    const [rows, confirmed, unconfirmed] = [this.#rows, this.#confirmed, this.#unconfirmed]
    return { orders: this.#orders, rows, confirmed, unconfirmed, leftOut: this.#leftOut }
  }
}

/** The same for the summary. */
export function confirmationLines(found: unknown): string[] {
  if (found === null || found === undefined) return []
  const { orders, rows, confirmed, unconfirmed, leftOut } = found as Confirmation
  if (leftOut !== null) return [`confirmation: skipped: ${leftOut}`]
  const how = orders === 1 ? 'the opposite order' : `${orders} further orders`
  return [
    `confirmation: ${plural(rows, 'row')} shown again in ${how}: ${plural(confirmed, 'find')} confirmed, ${unconfirmed} not`,
  ]
}
