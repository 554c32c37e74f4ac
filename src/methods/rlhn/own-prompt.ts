// The user's own prompts for RLHN: one template a stage, in `rlhn.screen.md` and `rlhn.judge.md` of a folder.
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { UsageError } from '../../errors.ts'
import { sha256 } from '../../hash.ts'
import type { ChatMessage } from '../../llm/chat.ts'
import { labelled, type Passage, type Row } from '../../rows/row.ts'
import type { Task } from '../../tasks/task.ts'
import { fenced, numbered, rlhnPrompt, type RlhnPrompt, type RlhnStage } from './prompt.ts'

const VALUES: Record<string, (task: Task, row: Row, documents: Passage[]) => string> = {
  query: (_task, row) => fenced(row.query),
  ground_truth: (_task, row) => labelled(row, 'positive').map(numbered('Ground truth')).join('\n'),
  documents: (_task, _row, documents) => documents.map(numbered('Doc')).join('\n'),
  'task.query': (task) => task.query,
  'task.relevant': (task) => task.relevant,
  'task.nearMiss': (task) => task.nearMiss,
  'task.passages': (task) => task.passages,
}
const REQUIRED = ['query', 'ground_truth', 'documents']
const PLACEHOLDER = /\{\{\s*([^{}]*?)\s*\}\}/g

/**
 * The prompts of a run: the user's where the folder has them, the built-in ones for the other stages.
 * A template's part above a line `---` is the system message. The reply must keep RLHN's grammar.
 * @throws UsageError when the folder holds neither file, or a template lacks a placeholder or has an unknown one.
 */
export function promptsOf(stages: RlhnStage[], folder: string | undefined): Record<RlhnStage, RlhnPrompt> {
  const prompts = { screen: rlhnPrompt('screen'), judge: rlhnPrompt('judge') }
  if (folder === undefined) return prompts
  const files = stages.map((stage) => ({ stage, path: join(folder, `rlhn.${stage}.md`) }))
  const present = files.filter(({ path }) => existsSync(path))
  if (present.length === 0) {
    throw new UsageError(`--prompts ${folder}: holds none of ${files.map(({ path }) => path).join(', ')}`)
  }
  for (const { stage, path } of present) prompts[stage] = ownPrompt(stage, path)
  return prompts
}

function ownPrompt(stage: RlhnStage, path: string): RlhnPrompt {
  const template = readFileSync(path, 'utf8')
  const used = [...template.matchAll(PLACEHOLDER)].map(([, name]) => name ?? '')
  const unknown = used.filter((name) => !Object.hasOwn(VALUES, name))
  const missing = REQUIRED.filter((name) => !used.includes(name))
  if (unknown.length > 0 || missing.length > 0) {
    const faults = [
      ...unknown.map((name) => `unknown placeholder {{${name}}}`),
      ...missing.map((name) => `{{${name}}} is missing`),
    ]
    throw new UsageError(`${path}: ${faults.join('; ')}`, {
      hint: `Placeholders: ${Object.keys(VALUES)
        .map((name) => `{{${name}}}`)
        .join(' ')}`,
    })
  }
  const hash = sha256(template, 16)
  const parts = template.split(/^---\s*$/m)
  const fill = (text: string, ...inputs: [Task, Row, Passage[]]) =>
    text.trim().replace(PLACEHOLDER, (_all, name: string) => VALUES[name]?.(...inputs) ?? '')
  const render: RlhnPrompt['render'] = (...inputs): ChatMessage[] =>
    parts.length === 1
      ? [{ role: 'user', content: fill(template, ...inputs) }]
      : [
          { role: 'system', content: fill(parts[0] ?? '', ...inputs) },
          { role: 'user', content: fill(parts.slice(1).join('---'), ...inputs) },
        ]
  return { version: { name: `own:rlhn.${stage}@${hash.slice(0, 8)}`, hash }, render }
}
