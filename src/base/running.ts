// Checks whether a process on this machine is running.
import { readlinkSync } from 'node:fs'
import { hostname } from 'node:os'

/** @param pid a process id; true also for a process of another user */
export function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
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
