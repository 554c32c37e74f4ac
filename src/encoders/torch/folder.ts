// Folders with PyTorch weights, and what identifies a model in one.
import { readdirSync, statSync } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { Environment } from '../../base/cache.ts'
import { digestOfModel } from '../transformers/identity.ts'

const WEIGHTS = /\.(safetensors|bin)$/
/** What a training leaves beside a model decides no number. */
const OTHERS = /(^|\/)(manifest\.json|training_args\.bin|optimizer\.bin)$/

/** Returns whether a folder holds a model as PyTorch weights, and no ONNX file. */
export function isTorchFolder(folder: string): boolean {
  if (!statSync(folder, { throwIfNoEntry: false })?.isDirectory()) return false
  const names = readdirSync(folder)
  const hasOnnx = names.some((name) => name === 'onnx' || name.endsWith('.onnx'))
  return !hasOnnx && (names.includes('config.json') || names.includes('modules.json')) && names.some(isWeights)
}

const isWeights = (name: string) => WEIGHTS.test(name) && !OTHERS.test(name)

/** Returns `torch#WEIGHTS.USE`: a digest of the weights, and one of everything else that decides the numbers. */
export async function torchIdentity(folder: string, use: object, env: Environment): Promise<string> {
  const names = (await readdir(folder, { recursive: true })).toSorted()
  const weights = names.filter(isWeights)
  const configuration = names.filter((name) => name.endsWith('.json') && !OTHERS.test(name))
  const at = (name: string) => join(folder, name)
  return `torch#${await digestOfModel(weights.map(at), configuration.map(at), use, env)}`
}
