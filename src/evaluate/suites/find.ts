// Finds the collections of a suite below a folder, by the names of their folders.
import { readdirSync, statSync } from 'node:fs'
import { basename, join, resolve } from 'node:path'
import { UsageError } from '../../base/errors.ts'
import { filesOfCollection } from '../../collections/open.ts'
import { plainName, type Suite, type SuiteSet } from './suite.ts'

export interface FoundSet {
  set: SuiteSet
  path: string
  /** The dataset in the folder, if it holds several. */
  subset: string | undefined
  split: string | undefined
}

/**
 * Returns the sets that are there, in the suite's order, and the names of those that are not; of a whole, if all of its parts are missing.
 * @throws UsageError if there is none, or a set has two folders
 */
export async function findSets(suite: Suite, root: string): Promise<{ found: FoundSet[]; missing: string[] }> {
  const folders = foldersIn(root)
  const together = await splitsTogether(suite, folders)
  const found: FoundSet[] = []
  const missing: string[] = []
  for (const set of suite.sets) {
    const paths = folders.filter(({ name }) => set.folders.includes(name)).map((folder) => folder.path)
    const shared = together.get(set.name) ?? []
    const [path, ...others] = [...paths, ...shared]
    if (others.length > 0) {
      throw new UsageError(`${suite.title}: ${set.name} is in several folders: ${[path, ...others].join(', ')}`, {
        hint: 'Keep one of them below --root.',
      })
    }
    const subsets = path === undefined ? [] : await subsetsIn(path, set)
    if (path === undefined || subsets.length === 0) missing.push(set.name)
    else found.push({ set, path, subset: subsets[0], split: shared.length > 0 ? set.name : set.split })
  }
  if (found.length > 0) return { found, missing: joined(suite, missing) }
  throw new UsageError(`no collection of ${suite.title} below ${root}; its folders are called ${examplesOf(suite)}`, {
    hint: 'Name the folder that holds them with --root DIR.',
  })
}

/** Returns the names of datasets with judgements that are the set's; [undefined] if there is nothing to choose from. */
async function subsetsIn(path: string, { subset }: SuiteSet): Promise<(string | undefined)[]> {
  if (subset === undefined) return [undefined]
  const qrels = (await filesOfCollection(path)).filter(({ role }) => role === 'qrels')
  if (qrels.length === 0) return [undefined]
  return [...new Set(qrels.map((file) => file.subset))].filter((name) => subset.test(name)).toSorted()
}

/** Returns by name of a split the folders of the whole suite that have it. */
async function splitsTogether({ together }: Suite, folders: readonly Folder[]): Promise<Map<string, string[]>> {
  const found = new Map<string, string[]>()
  for (const { path } of folders.filter(({ name }) => name === together)) {
    const qrels = (await filesOfCollection(path)).filter(({ role }) => role === 'qrels')
    for (const split of new Set(qrels.map((file) => file.split))) found.set(split, [...(found.get(split) ?? []), path])
  }
  return found
}

/** Names a whole instead of its parts if all of them are missing. */
function joined({ wholes }: Suite, missing: readonly string[]): string[] {
  const gone = wholes.filter(({ parts }) => parts.every((part) => missing.includes(part)))
  const parts = new Set(gone.flatMap((whole) => whole.parts))
  return [...missing.filter((name) => !parts.has(name)), ...gone.map(({ name }) => name)]
}

const examplesOf = ({ sets }: Suite) =>
  `${sets
    .slice(0, 3)
    .map(({ name }) => name.split('/')[0])
    .join(', ')}, …`

interface Folder {
  /** In lower-case letters and digits alone. */
  name: string
  path: string
}

/** Returns a folder, the folders in it and, by both names together, those in them. */
function foldersIn(root: string): Folder[] {
  const stat = statSync(root, { throwIfNoEntry: false })
  if (stat?.isDirectory() !== true) {
    throw new UsageError(`no such folder: ${root}`, { hint: 'Name the folder that holds the collections: --root DIR.' })
  }
  const below = namesIn(root).flatMap((name) => {
    const path = join(root, name)
    const inside = namesIn(path).map((inner) => ({ name: plainName(name) + plainName(inner), path: join(path, inner) }))
    return [{ name: plainName(name), path }, ...inside]
  })
  return [{ name: plainName(basename(resolve(root))), path: root }, ...below]
}

const namesIn = (path: string) =>
  readdirSync(path)
    .toSorted()
    .filter((name) => !name.startsWith('.') && statSync(join(path, name), { throwIfNoEntry: false })?.isDirectory())
