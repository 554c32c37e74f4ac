// Opens an address in the user's browser.
import { spawn } from 'node:child_process'

const OPENERS: Partial<Record<NodeJS.Platform, [program: string, ...before: string[]]>> = {
  darwin: ['open'],
  win32: ['cmd', '/c', 'start', ''],
}

/** Tries to open an address; without a browser nothing happens. */
export function openBrowser(address: string): void {
  const [program, ...before] = OPENERS[process.platform] ?? ['xdg-open']
  const child = spawn(program, [...before, address], { stdio: 'ignore', detached: true })
  child.on('error', () => undefined)
  child.unref()
}
