// Reads winnow.yaml: general settings and those of each command, each with its line and in the form in which it would be typed.
import { readFileSync } from 'node:fs'
import { isAlias, isMap, isScalar, isSeq, LineCounter, parseDocument, type Document, type YAMLMap } from 'yaml'
import { readFailure, UsageError } from '../../base/errors.ts'
import { camelCase } from '../../base/strings.ts'

export interface Setting {
  /** As it is written, such as `max-usd`. */
  key: string
  /** The name of the option, such as `maxUsd`. */
  name: string
  /** As it would be typed: a text, true or false, a list of these, or a map; null if nothing follows the key. */
  value: unknown
  /** From 1. */
  line: number
}

/** The settings of one command. */
export interface Section {
  command: string
  line: number
  settings: Setting[]
}

export interface ConfigFile {
  path: string
  /** For every command that has the option. */
  general: Setting[]
  sections: Section[]
}

/** @throws UsageError if the file cannot be read, is not YAML, or is not a map */
export function readConfig(path: string): ConfigFile {
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch (error) {
    throw new UsageError(`cannot read ${path}: ${readFailure(error)}`, { cause: error })
  }
  const lines = new LineCounter()
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false })
  const [error] = document.errors
  if (error) throw new UsageError(`${path}:${lines.linePos(error.pos[0]).line}: not valid YAML: ${error.message}`)
  const { contents } = document
  if (contents === null || (isScalar(contents) && contents.value === null)) return { path, general: [], sections: [] }
  if (!isMap(contents)) throw new UsageError(`${path}: it must be a map: options, and a section for each command`)
  return { path, ...partsOf(contents, document, lines) }
}

function partsOf(contents: YAMLMap, document: Document, lines: LineCounter): Omit<ConfigFile, 'path'> {
  const [general, sections]: [Setting[], Section[]] = [[], []]
  for (const { key, value, line } of pairsOf(contents, document, lines)) {
    // `extra-body` is the one option whose value may be a map.
    const isSection = isMap(value) && camelCase(key) !== 'extraBody'
    if (isSection) sections.push({ command: key, line, settings: settingsOf(value, document, lines) })
    else general.push({ key, name: camelCase(key), value: typedForm(value, document), line })
  }
  return { general, sections }
}

const settingsOf = (map: YAMLMap, document: Document, lines: LineCounter): Setting[] =>
  pairsOf(map, document, lines).map(({ key, value, line }) => ({
    key,
    name: camelCase(key),
    value: typedForm(value, document),
    line,
  }))

function pairsOf({ items }: YAMLMap, document: Document, lines: LineCounter) {
  return items.map(({ key, value }) => {
    const at = isScalar(key) || isMap(key) || isSeq(key) ? (key.range?.[0] ?? 0) : 0
    const behind = isAlias(value) ? value.resolve(document) : value
    return {
      key: isScalar(key) ? String(key.value) : String(key),
      value: behind as unknown,
      line: lines.linePos(at).line,
    }
  })
}

/** Returns a value as it would be typed. Numbers keep their own notation, so that a manifest records the same text. */
function typedForm(node: unknown, document: Document): unknown {
  if (isAlias(node)) return typedForm(node.resolve(document), document)
  if (isScalar(node)) return typeof node.value === 'number' ? (node.source ?? String(node.value)) : node.value
  if (isSeq(node)) return node.items.map((item) => typedForm(item, document))
  return isMap(node) ? node.toJS(document) : null
}
