// Whether a process of this machine lives.

/** @param pid a process id; one that belongs to somebody else lives, too */
export function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}
