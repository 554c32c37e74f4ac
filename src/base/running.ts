// Checks whether a process on this machine is running.
import { readFileSync, readlinkSync } from 'node:fs'
import { hostname } from 'node:os'

/** @param pid a process id; true also for a process of another user */
export function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

/** Returns when a process began, in ticks since the machine started, which tells it from a later one with its id; empty where that is not known. */
export function beginningOf(pid: number): string {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, 'latin1')
    // The name of the program may hold blanks and brackets; the twentieth field after it is the time.
    return fields.slice(fields.lastIndexOf(')') + 2).split(' ')[19] ?? ''
  } catch {
    return ''
  }
}

/** Names the scope of a process id: the machine, and on Linux also the namespace, because containers may share a host name. */
function hostOf(): string {
  try {
    return `${hostname()} ${readlinkSync('/proc/self/ns/pid')}`
  } catch {
    return hostname()
  }
}

export const HERE = hostOf()
