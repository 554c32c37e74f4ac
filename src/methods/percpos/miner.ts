// Whether a scorer is the one that chose a row's negatives: its scores cannot tell what they were chosen by.
import { minersOf } from '../../rows/miners.ts'
import type { Row } from '../../rows/row.ts'

/** A model as a run has opened it. */
interface Named {
  name: string
  identity: string
}

/** The miner of the row that is this scorer, as the row names it; undefined when none is, or the row does not say. */
export function minerAmong(row: Row, { name, identity }: Named): string | undefined {
  const recorded = minersOf(row).find(
    (miner) => holds(miner.identity, identity) || partsOf(miner.name).includes(bare(name)),
  )
  if (recorded) return recorded.name
  const { miner } = row.extra ?? {}
  return typeof miner === 'string' && partsOf(miner).includes(bare(name)) ? miner : undefined
}

/** Whether a retriever's identity is that of the model, or names it among its settings, alone or in brackets with others. */
function holds(retriever: string, model: string): boolean {
  const spaced = (identity: string) => ` ${identity.replaceAll(/[()]/g, ' ')} `
  return spaced(retriever).includes(spaced(model))
}

/** Retrievers that were fused, each bare. */
const partsOf = (name: string) => name.split('+').map(bare)

/** A model's own name, without where it is, how it is run and what stands before it. */
function bare(name: string): string {
  return name
    .trim()
    .replace(/^hf:/, '')
    .replace(/\?.*$/, '')
    .replace(/@https?:.*$/, '')
    .toLowerCase()
}
