#!/usr/bin/env -S MALLOC_ARENA_MAX=2 node --max-semi-space-size=8
// Starts the command line: the TypeScript source in a clone, the compiled package elsewhere. The threads of the runtime share two arenas of
// glibc's malloc: with one each, a run takes 24 MB more. What it starts has its own.
import { existsSync } from 'node:fs'
import module from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

delete process.env.MALLOC_ARENA_MAX
const major = Number(process.versions.node.split('.')[0])
if (major < 24) {
  process.stderr.write(
    `winnow: needs Node 24 or newer, this is ${process.version}. ` +
      'In a clone, start it with `npx winnow`, which runs the Node that `npm ci` installed.\n',
  )
  process.exit(2)
}
// Caches compiled code: a start then takes less than half of the processor time. So does the start of a thread, which learns of the folder
// only through the environment.
process.env.NODE_COMPILE_CACHE ??= join(tmpdir(), 'node-compile-cache')
module.enableCompileCache()
const source = new URL('../src/main.ts', import.meta.url)
const { main } = await import(existsSync(source) ? source.href : new URL('../dist/main.js', import.meta.url).href)
await main(process.argv.slice(2))
