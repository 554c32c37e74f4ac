// The user's own prompts: template files with placeholders that a method fills.
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { UsageError } from '../base/errors.ts'
import { sha256 } from '../base/hash.ts'
import type { ChatMessage } from '../llm/chat.ts'
import type { Task } from '../tasks/task.ts'

/** A prompt in use: id, version, and the hash of its wording. */
export interface PromptVersion {
  /** Such as `rlhn.judge@1`. */
  name: string
  /** First 16 hex digits of the SHA-256 of its wording. */
  hash: string
}

/** What a template may hold: placeholders and their values. */
export interface Slots<I> {
  /** Such as `rlhn.judge`, for the file `rlhn.judge.md`. */
  name: string
  values: Record<string, (input: I) => string>
  /** Placeholders that must be present. */
  required: readonly string[]
}

export interface Template<I> {
  version: PromptVersion
  /** As it stands in the file. */
  text: string
  /** What is asked of a model whose reply could not be read; undefined where the folder says nothing of it. */
  rule: string | undefined
  render(input: I): ChatMessage[]
}

const PLACEHOLDER = /\{\{\s*([^{}]*?)\s*\}\}/g

/** The placeholders for the task, in any method. */
export const TASK_VALUES: Record<string, (input: { task: Task }) => string> = {
  'task.query': ({ task }) => task.query,
  'task.relevant': ({ task }) => task.relevant,
  'task.nearMiss': ({ task }) => task.nearMiss,
  'task.passages': ({ task }) => task.passages,
}

/** @throws UsageError if a folder of prompts has none of these files */
export function assertAnyPrompt(folder: string, names: string[]): void {
  const paths = names.map((name) => pathOf(folder, name))
  if (!paths.some((path) => existsSync(path))) {
    throw new UsageError(`--prompts ${folder}: none of ${paths.join(', ')} found`)
  }
}

const pathOf = (folder: string, name: string) => join(folder, `${name}.md`)

/**
 * Reads the template with that name in a folder; undefined if it does not exist. Text above a line `---` is the system message.
 * @throws UsageError if it lacks a placeholder or has an unknown one
 */
export function templateIn<I>(folder: string, { name, values, required }: Slots<I>): Template<I> | undefined {
  const path = pathOf(folder, name)
  if (!existsSync(path)) return undefined
  const template = readFileSync(path, 'utf8')
  assertPlaceholders(template, path, Object.keys(values), required)
  const rule = ruleIn(folder, name)
  const hash = sha256(rule === undefined ? template : `${template}\n${rule}`, 16)
  const parts = template.split(/^---\s*$/m)
  const fill = (text: string, input: I) =>
    text.trim().replace(PLACEHOLDER, (_all, slot: string) => values[slot]?.(input) ?? '')
  const render = (input: I): ChatMessage[] =>
    parts.length === 1
      ? [{ role: 'user', content: fill(template, input) }]
      : [
          { role: 'system', content: fill(parts[0] ?? '', input) },
          { role: 'user', content: fill(parts.slice(1).join('---'), input) },
        ]
  return { version: { name: `own:${name}@${hash.slice(0, 8)}`, hash }, text: template, rule, render }
}

/** @throws UsageError when it has a placeholder: the rule is the same for every row */
function ruleIn(folder: string, name: string): string | undefined {
  const path = pathOf(folder, `${name}.again`)
  if (!existsSync(path)) return undefined
  const rule = readFileSync(path, 'utf8').trim()
  assertPlaceholders(rule, path, [], [])
  return rule
}

function assertPlaceholders(template: string, path: string, known: string[], required: readonly string[]): void {
  const used = [...template.matchAll(PLACEHOLDER)].map(([, name]) => name ?? '')
  const unknown = used.filter((name) => !known.includes(name))
  const missing = required.filter((name) => !used.includes(name))
  if (unknown.length === 0 && missing.length === 0) return
  const faults = [
    ...unknown.map((name) => `unknown placeholder {{${name}}}`),
    ...missing.map((name) => `{{${name}}} is missing`),
  ]
  throw new UsageError(`${path}: ${faults.join('; ')}`, {
    hint:
      known.length === 0
        ? 'It is one text for every row, without placeholders.'
        : `Placeholders: ${known.map((name) => `{{${name}}}`).join(' ')}`,
  })
}
