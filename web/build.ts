// Builds the studio's page into dist/web: for the package, and in a clone whenever a source is newer than what was built.
import { execFile } from 'node:child_process'
import { existsSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'

const root = resolve(import.meta.dirname, '..')
const target = join(root, 'dist/web')

/** Everything that the page is made from. */
const SOURCES = ['web', 'src', 'package-lock.json']

/** Builds the page if it is missing or older than its sources. Returns its folder. */
export async function builtPage(): Promise<string> {
  const built = join(target, 'index.html')
  if (!existsSync(built) || statSync(built).mtimeMs < newestOf(SOURCES)) await buildApart()
  return target
}

/** Builds in a process of its own: what Vite takes of memory is given back. @throws Error with the code ERR_MODULE_NOT_FOUND without Vite */
async function buildApart(): Promise<void> {
  import.meta.resolve('vite')
  await promisify(execFile)(process.execPath, [import.meta.filename])
}

/** Builds beside the target and swaps, so that a server that is reading, or a second build, never meets half a page. */
async function buildPage(): Promise<void> {
  const { build } = await import('vite')
  const fresh = `${target}.${process.pid}`
  await build({ configFile: join(import.meta.dirname, 'vite.config.ts'), logLevel: 'error', build: { outDir: fresh } })
  while (!isMoved(fresh, target)) {
    const old = `${fresh}.old`
    if (isMoved(target, old)) rmSync(old, { recursive: true, force: true })
  }
}

/** Returns whether a folder could be moved: not where another stands, nor if another build took it away. */
function isMoved(from: string, to: string): boolean {
  try {
    renameSync(from, to)
    return true
  } catch (error) {
    if (!['ENOTEMPTY', 'EEXIST', 'ENOENT'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error
    return false
  }
}

/** Returns when the newest file was written, in milliseconds. */
function newestOf(paths: readonly string[]): number {
  const times = paths.flatMap((path) => {
    const full = join(root, path)
    const { mtimeMs } = statSync(full)
    if (!statSync(full).isDirectory()) return [mtimeMs]
    return readdirSync(full, { recursive: true, encoding: 'utf8' }).map((file) => statSync(join(full, file)).mtimeMs)
  })
  return Math.max(...times)
}

if (process.argv[1] === import.meta.filename) await buildPage()
