// Gathers what calls write into groups: while one group is being written, the next is gathered.
import type { JobChange } from './batch-record.ts'
import type { Claim, ClaimAnswer, Release } from './claim.ts'
import type { LedgerEntry } from './entry.ts'

/** The contents of one transaction, written in this order. */
export interface Group {
  entries: LedgerEntry[]
  releases: Release[]
  /** Batch jobs that become this process's own. */
  jobs: JobChange[]
  claims: Claim[]
}

/** What is known once a group is committed: the answers to its claims, and which jobs have become this process's own. */
export interface Written {
  answers: ClaimAnswer[]
  owned: boolean[]
}

interface OpenGroup extends Group {
  committed: Promise<Written>
  settle: (written: Promise<Written>) => void
}

const sizeOf = (group: Group) => group.entries.length + group.releases.length + group.claims.length

export class Groups {
  readonly #write: (group: Group) => Promise<Written>
  readonly #most: number
  #open: OpenGroup | undefined
  /** Groups that are being written, in order. */
  readonly #sent = new Set<OpenGroup>()

  /**
   * @param write commits a group; groups that are full are given to it before the former is done
   * @param most what a group holds
   */
  constructor(write: (group: Group) => Promise<Written>, most: number) {
    this.#write = write
    this.#most = most
  }

  /** Resolves once the entry is committed. */
  async append(entry: LedgerEntry): Promise<void> {
    await this.#add(({ entries }) => entries.push(entry)).committed
  }

  async claim(claim: Claim): Promise<ClaimAnswer> {
    let place = 0
    const group = this.#add(({ claims }) => (place = claims.push(claim) - 1))
    return (await group.committed).answers[place] as ClaimAnswer
  }

  /** Makes a batch job this process's own. @returns false if it cannot be */
  async own(job: JobChange): Promise<boolean> {
    let place = 0
    const group = this.#add(({ jobs }) => (place = jobs.push(job) - 1))
    return (await group.committed).owned[place] === true
  }

  /** Does not wait: a claim that cannot be released ends with this process. */
  release(release: Release): void {
    this.#add(({ releases }) => releases.push(release)).committed.catch(() => undefined)
  }

  /** Waits until everything is committed or has failed. */
  async settled(): Promise<void> {
    this.#send()
    await Promise.allSettled([...this.#sent].map(({ committed }) => committed))
  }

  #add(put: (group: Group) => void): OpenGroup {
    const group = (this.#open ??= startGroup())
    put(group)
    if (sizeOf(group) >= this.#most) this.#send()
    else this.#sendIfIdle()
    return group
  }

  /** Sends after this turn of the event loop, so that everything from the same turn is in the group. */
  #sendIfIdle(): void {
    if (this.#open !== undefined && this.#sent.size === 0) setImmediate(() => this.#send())
  }

  #send(): void {
    const group = this.#open
    if (group === undefined) return
    this.#open = undefined
    this.#sent.add(group)
    const { entries, releases, jobs, claims } = group
    group.settle(this.#write({ entries, releases, jobs, claims }))
    void this.#end(group)
  }

  async #end(group: OpenGroup): Promise<void> {
    await Promise.allSettled([group.committed])
    this.#sent.delete(group)
    this.#sendIfIdle()
  }
}

function startGroup(): OpenGroup {
  const { promise, resolve } = Promise.withResolvers<Written>()
  return { entries: [], releases: [], jobs: [], claims: [], committed: promise, settle: resolve }
}
