// The processes that write to a ledger, and whether each is still there.
import { HERE, isRunning } from '../../../base/running.ts'

export interface Owner {
  id: number
  host: string
  pid: number
  /** When it last said that it lives. */
  seen_ms: number
}

/** A process that has not reported for this long is considered dead. */
const DEAD_AFTER_MS = 30_000

/** Whether the process of an owner is still there. */
export const lives = ({ host, pid, seen_ms }: Omit<Owner, 'id'>, now: number): boolean =>
  now - seen_ms < DEAD_AFTER_MS && (host !== HERE || isRunning(pid))
