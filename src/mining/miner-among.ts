// Finds whether a scorer chose a row's negatives: its scores cannot judge what they were used to choose.
import { resolve } from 'node:path'
import { minersOf, weightsIn, type RecordedMiner } from '../rows/miners.ts'
import type { Row } from '../rows/row.ts'

/** A model as opened by a run. */
interface ModelIdentity {
  name: string
  identity: string
}

/** Returns the miner of the row that is this scorer, as the row names it; undefined if none is, or if the row names no miner. */
export function minerAmong(row: Row, scorer: ModelIdentity): string | undefined {
  const { miner } = row.extra ?? {}
  const plain = typeof miner === 'string' ? [{ name: miner, identity: undefined }] : []
  return [...minersOf(row), ...plain].find((recorded) => isOf(recorded, scorer))?.name
}

/** Compares by identity; by weights, however they are used; or by name, unless the weights of both are known to differ. */
function isOf({ name, identity = '' }: RecordedMiner, scorer: ModelIdentity): boolean {
  if (holds(identity, scorer.identity)) return true
  const [mined, scoring] = [weightsIn(identity), weightsIn(scorer.identity)]
  if (scoring.some((weights) => mined.includes(weights))) return true
  const own = bare(scorer.name)
  const parts = name.split('+').map(bare)
  if (parts.some((part) => resolve(part) === resolve(own))) return true
  return (mined.length === 0 || scoring.length === 0) && parts.some((part) => lastOf(part) === lastOf(own))
}

/** Returns whether a retriever's identity is that of the model, or contains it among its settings, alone or in brackets with others. */
function holds(retriever: string, model: string): boolean {
  const spaced = (identity: string) => ` ${identity.replaceAll(/[()]/g, ' ')} `
  return spaced(retriever).includes(spaced(model))
}

/** Returns a model's own name, without prefix, settings and server. */
function bare(name: string): string {
  return name
    .trim()
    .replace(/^hf:/, '')
    .replace(/\?.*$/, '')
    .replace(/@https?:.*$/, '')
    .toLowerCase()
}

/** Returns the name within an organisation or a folder. */
const lastOf = (name: string) => name.split(/[\\/]/).findLast((part) => part !== '')
