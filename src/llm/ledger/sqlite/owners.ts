// The processes that write to a ledger, and whether each is still there.
import { readlinkSync } from 'node:fs'
import { hostname } from 'node:os'
import { isRunning } from '../../../base/running.ts'

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
  now - seen_ms < DEAD_AFTER_MS && (host !== HOST || isRunning(pid))

/** Names the scope of a process id: the machine, and on Linux also the namespace, because containers may share a host name. */
function hostOf(): string {
  try {
    return `${hostname()} ${readlinkSync('/proc/self/ns/pid')}`
  } catch {
    return hostname()
  }
}

export const HOST = hostOf()
