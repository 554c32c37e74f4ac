// Finds the files of a quantisation in a repository of the Hugging Face hub.
import { UsageError } from '../base/errors.ts'
import type { Hub, Repository } from './address.ts'
import { listFiles, type HubFile } from './listing.ts'
import type { HubModel } from './model-name.ts'

/** Returns the repository of a model, as it is now. */
export const modelRepository = (name: string): Repository => ({ kind: 'models', name, revision: 'main' })

/** @throws UsageError if the hub cannot be reached, or lacks the repository or the quantisation */
export async function findFiles(hub: Hub, model: HubModel, signal: AbortSignal): Promise<[HubFile, ...HubFile[]]> {
  const all = await listFiles(
    hub,
    modelRepository(model.repository),
    signal,
    'Download the file another way and use gguf:PATH.',
  )
  const files = filesOf(all, model)
  const [first, ...others] = files
  if (first === undefined) {
    const there = [...new Set(all.map(({ path }) => quantisationIn(path)).filter((each) => each !== undefined))]
    throw new UsageError(`${model.repository} has no GGUF file of ${model.quantisation}`, {
      hint: there.length > 0 ? `Available: ${there.join(', ')}.` : 'It has no GGUF files.',
    })
  }
  return [first, ...others]
}

const PART = String.raw`(-\d{5}-of-\d{5})?\.gguf$`

/** Returns the only file of a quantisation, or all its parts in order. @throws UsageError if the name fits several models */
export function filesOf<F extends { path: string }>(files: readonly F[], { quantisation }: HubModel): F[] {
  const ending = new RegExp(String.raw`(^|[-./])${quantisation.replaceAll('.', String.raw`\.`)}${PART}`, 'i')
  const fitting = files.filter(({ path }) => ending.test(path) && !/(^|\/)mmproj/i.test(path))
  const models = new Set(fitting.map(({ path }) => path.replace(new RegExp(PART, 'i'), '')))
  if (models.size <= 1) return fitting.toSorted((one, other) => (one.path < other.path ? -1 : 1))
  throw new UsageError(`${quantisation} matches several models: ${[...models].join(', ')}`, {
    hint: 'Give more of the end of the name as QUANT.',
  })
}

function quantisationIn(path: string): string | undefined {
  return new RegExp(String.raw`(?:^|[-./])((?:UD-)?(?:[IT]?Q\d\w*|BF16|F16|F32|MXFP4\w*))${PART}`, 'i').exec(path)?.[1]
}
