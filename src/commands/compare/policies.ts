// Makes arms from one cleaned file by deciding again with several policies, from the stored evidence.
import { join, resolve } from 'node:path'
import { camelCase } from '../../base/strings.ts'
import { definedIn } from '../../base/defined.ts'
import { UsageError } from '../../base/errors.ts'
import { sha256 } from '../../base/hash.ts'
import { apply, type ApplyOptions } from '../../job/apply.ts'
import type { CompareHooks } from '../../laboratory/hooks.ts'
import { isDatabase, shownPlace } from '../../llm/ledger/open.ts'
import type { CompareValues } from './options.ts'
import { openWorkplace } from '../../laboratory/workplace.ts'

/** Files of rows, and the names of their arms. */
export interface NamedFiles {
  paths: string[]
  names: string[]
}

/**
 * Writes the rows under each policy into the folder of the comparison.
 * @throws UsageError when there is more than one file, no evidence is named, or a policy is invalid
 */
export async function rowsByPolicy(
  paths: readonly string[],
  values: CompareValues,
  hooks: CompareHooks,
): Promise<NamedFiles> {
  const { policies = '', ledger, evidence, run } = values
  const [path] = paths
  const faults: string[] = []
  if (path === undefined || paths.length > 1) faults.push(`--policies takes one file of rows, got ${paths.length}`)
  if ((ledger === undefined) === (evidence === undefined))
    faults.push('--policies needs evidence: give --ledger or --evidence')
  const names = policies.split(',').map((each) => each.trim())
  if (names.includes('')) faults.push(`--policies ${JSON.stringify(policies)}: empty name`)
  if (new Set(names).size < names.length) faults.push(`--policies ${JSON.stringify(policies)}: duplicate policy`)
  if (faults.length > 0)
    throw new UsageError(faults.join('; '), {
      hint: 'Example: --policies rlhn-text,safe --ledger out/.winnow/ledger.db',
    })
  const read = [path, ledger, evidence].map((each) => each && (isDatabase(each) ? shownPlace(each) : resolve(each)))
  const { root } = openWorkplace({ work: values.work, identity: [...read, run], ...hooks })
  const written: string[] = []
  for (const name of names) {
    hooks.signal?.throwIfAborted()
    const out = join(root, `${sha256(JSON.stringify([...read, run, name]), 16)}.jsonl`)
    const store = { ledger, evidence, run, format: values.format, onBadRow: values.onBadRow }
    const options = definedIn({ ...store, ...policyNamed(name), out })
    await apply(path as string, options as ApplyOptions, { ...(hooks.signal && { signal: hooks.signal }) })
    written.push(out)
  }
  return { paths: [path as string, ...written], names: ['as given', ...names] }
}

/** Reads a policy: `safe` is a preset of rlhn; `action=filter+anchor=worst` are options of apply. */
function policyNamed(name: string): Record<string, string> {
  const parts = name.split('+').map((part) => (part.includes('=') ? part : `preset=${part}`))
  return Object.fromEntries(
    parts.map((part) => [camelCase(part.slice(0, part.indexOf('='))), part.slice(part.indexOf('=') + 1)]),
  )
}
