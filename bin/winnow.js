#!/usr/bin/env -S node --max-semi-space-size=8
// Starts the command line: the TypeScript source in a clone, the compiled package elsewhere.
import { existsSync } from 'node:fs'
import { setFlagsFromString } from 'node:v8'

const major = Number(process.versions.node.split('.')[0])
if (major < 24) {
  process.stderr.write(
    `winnow: needs Node 24 or newer, this is ${process.version}. ` +
      'In a clone, start it with `npx winnow`, which runs the Node that `npm ci` installed.\n',
  )
  process.exit(2)
}
// What a run holds is small and short-lived: a heap that grows slowly keeps its memory small over any number of rows.
setFlagsFromString('--heap-growing-percent=20')

const source = new URL('../src/cli/main.ts', import.meta.url)
const { main } = await import(existsSync(source) ? source.href : new URL('../dist/cli/main.js', import.meta.url).href)
await main(process.argv.slice(2))
