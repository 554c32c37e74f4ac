// Makes the wheel: puts the compiled package and the packages that it needs into build/package, then has pip build it into dist/.
// What is only for people, compilers and browsers stays out. The one wheel is for every platform: compiled parts are there for each.
import { execFileSync } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { basename, extname, join, resolve } from 'node:path'

const root = resolve(import.meta.dirname, '..')
const staged = join(import.meta.dirname, 'build/package')

/** Ends of the names of files that run. */
const RUNNABLE = ['.js', '.mjs', '.cjs', '.json', '.node', '.wasm', '.py']
const LICENSE = /^(licen[cs]e|copying|notice)/i
/** Folders of what a package has twice, for loaders that Winnow does not use. */
const UNUSED = ['cjs', 'src'].map((folder) => `node_modules/gpt-tokenizer/${folder}`)

interface LockedPackage {
  dev?: boolean
  devOptional?: boolean
  peer?: boolean
}

/** The packages that run with Winnow, as paths from the root. */
function productionPackages(): string[] {
  const lock = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')) as {
    packages: Record<string, LockedPackage>
  }
  return Object.entries(lock.packages).flatMap(([path, { dev, devOptional, peer }]) =>
    path === '' || dev || devOptional || peer ? [] : [path],
  )
}

function isNeeded(source: string): boolean {
  if (UNUSED.some((path) => source === join(root, path))) return false
  const name = basename(source)
  if (statSync(source).isDirectory()) return name !== '__pycache__'
  return RUNNABLE.includes(extname(name)) || LICENSE.test(name)
}

function stage(): void {
  rmSync(staged, { recursive: true, force: true })
  mkdirSync(staged, { recursive: true })
  for (const path of ['package.json', 'LICENSE', 'bin', 'dist', 'trainer', ...productionPackages()]) {
    const source = join(root, path)
    if (!existsSync(source)) throw new Error(`${path} is missing; run npm ci and npm run build`)
    cpSync(source, join(staged, path), { recursive: true, filter: isNeeded })
  }
}

function makeWheel(): string {
  const python = process.env['PYTHON'] ?? 'python3'
  const folder = join(import.meta.dirname, 'dist')
  rmSync(folder, { recursive: true, force: true })
  const args = ['-m', 'pip', 'wheel', '--quiet', '--no-deps', '--wheel-dir', folder, import.meta.dirname]
  execFileSync(python, args, { stdio: 'inherit' })
  return join(folder, readdirSync(folder)[0] as string)
}

stage()
const wheel = makeWheel()
console.log(`${wheel}: ${(statSync(wheel).size / 1e6).toFixed(1)} MB`)
