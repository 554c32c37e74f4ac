// Shards: parts of a file of rows by the hash of their ids, each gathered by a worker of its own. All of them share one ledger, and the rows
// are decided together.
import { sha256 } from '../../base/hash.ts'
import { plural } from '../../base/format.ts'
import { StopRun } from '../../llm/errors.ts'
import { text, type OptionSpec } from '../../options/options.ts'
import type { Row } from '../../rows/row.ts'

export interface Shard {
  /** From 1. */
  number: number
  of: number
}

const MOST = 10_000

/** `I/N`. */
export const SHARD_OPTION: OptionSpec<Shard | undefined> = {
  ...text('I/N', {
    help: 'ask only about the I-th of N parts of the rows, on one of N machines that share a ledger; the last one done writes all rows',
  }),
  default: undefined,
  read: (raw) => {
    const [, number, of] = (/^(\d+)\/(\d+)$/.exec(String(raw)) ?? []).map(Number)
    if (number !== undefined && of !== undefined && number >= 1 && number <= of && of <= MOST) return { number, of }
    throw new Error(`allowed: I/N, such as 3/16, with I from 1 to N and N up to ${MOST}`)
  },
}

/** Collects which rows of a file belong to a shard. */
export class ShardRows {
  readonly shard: Shard
  readonly #isMine: boolean[] = []

  constructor(shard: Shard) {
    this.shard = shard
  }

  add({ id }: Pick<Row, 'id'>): void {
    this.#isMine.push(shardOf(id, this.shard.of) === this.shard.number)
  }

  /** @param index of the row, from 0 */
  has(index: number): boolean {
    return this.#isMine[index] === true
  }

  /** Counts its rows among the first. */
  count(limit: number): number {
    return this.#isMine.slice(0, limit).filter(Boolean).length
  }
}

/** Returns the number of the shard that a row belongs to, from 1. */
const shardOf = (id: string, shards: number): number => (Number.parseInt(sha256(id, 12), 16) % shards) + 1

/** The code of a stop after which the other shards are to be gathered: this one is done. */
export const SHARD_DONE = 'shard-done'

/** @param done shards that are */
export function shardDone({ number, of }: Shard, rows: number, done: number): StopRun {
  const are = done === 1 ? 'is' : 'are'
  return new StopRun(
    SHARD_DONE,
    `shard ${number}/${of} has gathered its ${plural(rows, 'row')}; ${done} of ${of} shards ${are} done, and no rows were written`,
    { hint: 'Once all are, the same command without --shard, or winnow apply, writes all rows for free.' },
  )
}
