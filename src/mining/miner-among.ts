// Whether a scorer is the one that chose a row's negatives: its scores cannot tell what they were chosen by.
import { resolve } from 'node:path'
import { minersOf, weightsIn, type RecordedMiner } from '../rows/miners.ts'
import type { Row } from '../rows/row.ts'

/** A model as a run has opened it. */
interface ModelIdentity {
  name: string
  identity: string
}

/** The miner of the row that is this scorer, as the row names it; undefined when none is, or the row does not say. */
export function minerAmong(row: Row, scorer: ModelIdentity): string | undefined {
  const { miner } = row.extra ?? {}
  const plain = typeof miner === 'string' ? [{ name: miner, identity: undefined }] : []
  return [...minersOf(row), ...plain].find((recorded) => isOf(recorded, scorer))?.name
}

/** By its identity; by its weights, however they are used; or by its name, where not the weights of both are known to differ. */
function isOf({ name, identity = '' }: RecordedMiner, scorer: ModelIdentity): boolean {
  if (holds(identity, scorer.identity)) return true
  const [mined, scoring] = [weightsIn(identity), weightsIn(scorer.identity)]
  if (scoring.some((weights) => mined.includes(weights))) return true
  const own = bare(scorer.name)
  const parts = name.split('+').map(bare)
  if (parts.some((part) => resolve(part) === resolve(own))) return true
  return (mined.length === 0 || scoring.length === 0) && parts.some((part) => lastOf(part) === lastOf(own))
}

/** Whether a retriever's identity is that of the model, or names it among its settings, alone or in brackets with others. */
function holds(retriever: string, model: string): boolean {
  const spaced = (identity: string) => ` ${identity.replaceAll(/[()]/g, ' ')} `
  return spaced(retriever).includes(spaced(model))
}

/** A model's own name, without where it is served, how it is run and what stands before it. */
function bare(name: string): string {
  return name
    .trim()
    .replace(/^hf:/, '')
    .replace(/\?.*$/, '')
    .replace(/@https?:.*$/, '')
    .toLowerCase()
}

/** The name within an organisation or a folder. */
const lastOf = (name: string) => name.split(/[\\/]/).findLast((part) => part !== '')
