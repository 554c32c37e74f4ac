// Loaded into the process that `memory.ts` measures: writes its peak resident memory, in bytes, when it ends.
import { readFileSync, writeFileSync } from 'node:fs'

process.on('exit', () => {
  const path = process.env['BENCH_PEAK_FILE']
  if (path !== undefined) writeFileSync(path, String(peak()))
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
