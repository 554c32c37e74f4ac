// Loaded into a process that is measured: writes its peak resident memory in bytes and its processor time in seconds when it ends.
import { readFileSync, writeFileSync } from 'node:fs'

process.on('exit', () => {
  const path = process.env['BENCH_PEAK_FILE']
  if (path !== undefined) writeFileSync(path, `${peak()} ${processorSeconds()}`)
})

/** Returns VmHWM if available: `maxRSS` of a spawned process can be that of its parent. */
function peak(): number {
  try {
    const kibibytes = /VmHWM:\s*(\d+)/.exec(readFileSync('/proc/self/status', 'utf8'))?.[1]
    if (kibibytes !== undefined) return Number(kibibytes) * 1024
  } catch {
    // Not Linux.
  }
  return process.resourceUsage().maxRSS * 1024
}

function processorSeconds(): number {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1e6
}
