// Checks whether a process on this machine is running.

/** @param pid a process id; true also for a process of another user */
export function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}
