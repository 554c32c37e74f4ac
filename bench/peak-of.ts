// The peak memory, the time and the processor time of a whole command, as a user starts it.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { delimiter, dirname, join } from 'node:path'
import { pathToFileURL } from 'node:url'

interface Measured {
  /** Bytes. */
  peak: number
  seconds: number
  /** Of all threads. */
  processorSeconds: number
}

/** @param peakFile where the process writes what it took when it ends */
export async function peakOf(peakFile: string, command: string): Promise<Measured> {
  const hook = pathToFileURL(join(import.meta.dirname, 'peak-hook.ts')).href
  const bin = join(import.meta.dirname, '../bin/winnow.js')
  // Started by its shebang, as npx and a shell start it: with the flags given there, under the Node that runs this.
  const path = `${dirname(process.execPath)}${delimiter}${process.env['PATH'] ?? ''}`
  const started = performance.now()
  const child = spawn(bin, command.split(' '), {
    env: { ...process.env, PATH: path, NODE_OPTIONS: `--import ${hook}`, BENCH_PEAK_FILE: peakFile },
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  let said = ''
  child.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()))
  const [code] = (await once(child, 'exit')) as [number | null]
  if (code !== 0) throw new Error(`winnow ${command} ended with ${code}: ${said}`)
  const seconds = (performance.now() - started) / 1000
  const [peak, processorSeconds] = (await readFile(peakFile, 'utf8')).split(' ').map(Number) as [number, number]
  return { peak, seconds, processorSeconds }
}
