// The ledger of a test of a contract, and the requests, keys and replies that such tests speak of.
import { beforeEach, describe, onTestFinished } from 'vitest'
import { requestKey } from '../../src/llm/key.ts'
import type { LedgerEntry } from '../../src/llm/ledger/entry.ts'
import type { Ledger } from '../../src/llm/ledger/ledger.ts'
import { entryOf, requestOf } from '../support/ledger-entries.ts'

export const RUN = { id: 'r1', inputHash: 'h', inputPath: 'rows.jsonl', method: 'rlhn', settings: {}, prompts: [] }

export const keyOf = (content: string) => requestKey(requestOf(content))
export const replyTo = (content: string, more: Partial<LedgerEntry> = {}): LedgerEntry => ({
  ...entryOf(requestOf(content)),
  ...more,
})

export interface Its {
  ledger: Ledger
  /** Opens the same ledger again, and closes it after the test. */
  another(): Promise<Ledger>
}

/**
 * Describes parts of a contract, each about a ledger that is empty at the beginning of a test.
 * @param open opens the same empty ledger each time within a test
 */
export function describeWithLedger(
  name: string,
  open: () => Promise<Ledger>,
  parts: readonly ((its: Its) => void)[],
): void {
  describe(name, () => {
    const its = {} as Its
    its.another = async () => {
      const other = await open()
      onTestFinished(() => other.close())
      return other
    }
    beforeEach(async () => {
      its.ledger = await its.another()
    })
    for (const part of parts) part(its)
  })
}
