// Reads the card of a data set: the YAML at the top of its README.md.
import { parse } from 'yaml'
import { isObject, type JsonObject } from '../base/json.ts'

/** Returns the fields of a card; none if it has no YAML or YAML that cannot be read. */
export function cardFields(readme: string): JsonObject {
  const yaml = /^\ufeff?---[^\S\n]*\r?\n([\s\S]*?)\r?\n---[^\S\n]*(\r?\n|$)/.exec(readme)?.[1]
  if (yaml === undefined) return {}
  try {
    const fields: unknown = parse(yaml)
    return isObject(fields) ? fields : {}
  } catch {
    return {}
  }
}

/** The files of a configuration by split; patterns as the card has them. */
export interface CardConfig {
  name: string
  isDefault: boolean
  splits: { split: string; patterns: string[] }[]
}

/** Returns the configurations that a card lists. */
export function configsIn(fields: JsonObject): CardConfig[] {
  const { configs } = fields
  if (!Array.isArray(configs)) return []
  return configs.filter(isObject).flatMap((config) => {
    const name = String(config['config_name'] ?? 'default')
    const folder = typeof config['data_dir'] === 'string' ? config['data_dir'] : undefined
    const splits = splitsIn(config['data_files'] ?? (folder === undefined ? undefined : `${folder}/**`))
    return splits.length === 0 ? [] : [{ name, isDefault: name === 'default' || config['default'] === true, splits }]
  })
}

function splitsIn(files: unknown): CardConfig['splits'] {
  const plain = patternsIn(files)
  if (plain.length > 0) return [{ split: 'train', patterns: plain }]
  if (isObject(files)) return Object.entries(files).map(([split, path]) => ({ split, patterns: patternsIn(path) }))
  if (!Array.isArray(files)) return []
  return files
    .filter(isObject)
    .map(({ split, path }) => ({ split: String(split ?? 'train'), patterns: patternsIn(path) }))
}

const patternsIn = (value: unknown): string[] =>
  (Array.isArray(value) ? value : [value]).filter((each): each is string => typeof each === 'string')
