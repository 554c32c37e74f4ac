// What this process is sending. While it is alone with the ledger it need not say so; when another comes, it tells everything.
import type { Claim, ClaimAnswer, Release } from './claims.ts'
import type { LedgerWriter } from './writer.ts'

export class Claimant {
  readonly #writer: LedgerWriter
  readonly #isAnswered: (key: Buffer) => boolean
  /** Claims of which the ledger knows nothing, by key. */
  readonly #silent = new Map<string, Claim>()
  /** Not known before the first answer. */
  #isAlone = false
  /** The newest other process that the ledger was told we know. */
  #knows = 0

  /** @param isAnswered whether the ledger has a reply: others may have written it, and gone, since it was last looked for */
  constructor(writer: LedgerWriter, isAnswered: (key: Buffer) => boolean) {
    this.#writer = writer
    this.#isAnswered = isAnswered
    writer.onOthers = (newest) => this.#notice(newest)
  }

  /** Under a cap every claim is written: what a process holds back must be known even when it is killed. */
  claim(claim: Claim): Promise<ClaimAnswer> {
    if (!this.#isAlone || claim.cap !== undefined) return this.#writer.claim(claim)
    if (this.#isAnswered(claim.key)) return Promise.resolve({ state: 'answered' })
    this.#silent.set(claim.key.toString('latin1'), claim)
    return Promise.resolve({ state: 'granted' })
  }

  /** Ends the claim of a call without a reply. */
  release(release: Release): void {
    const wasSilent = this.ended(release.key)
    if (!wasSilent || release.unsettled > 0) this.#writer.release(release)
  }

  /** Forgets a claim whose reply is about to be written. Returns whether the ledger knew nothing of it. */
  ended(key: Buffer): boolean {
    return this.#silent.delete(key.toString('latin1'))
  }

  #notice(newest: number): void {
    this.#isAlone = newest === 0
    if (newest <= this.#knows) return
    this.#knows = newest
    this.#writer.disclose({ claims: [...this.#silent.values()], knows: newest })
    this.#silent.clear()
  }
}
