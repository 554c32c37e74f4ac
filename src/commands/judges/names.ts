// From what a user types for a judge to what it is: a chat model, a scorer, BM25, a run, or recorded labels.
import { basename } from 'node:path'
import { UsageError, messageOf } from '../../base/errors.ts'
import { withoutLogin } from '../../base/url.ts'
import { parseModelSpec, publicModelSpec } from '../../encoders/specs.ts'
import { parseModelName, publicModelName } from '../../llm/models.ts'
import type { JudgesValues } from './options.ts'

export type JudgeKind = 'chat' | 'scorer' | 'bm25' | 'run' | 'labels'

export interface JudgeName {
  kind: JudgeKind
  /** For people: without folders where the rest tells it from others. */
  name: string
  /** As it is named on the command line, without credentials. */
  model: string
  /** The model as it was typed, or the path of a file; empty for BM25. */
  spec: string
  /** Whether its answers were recorded elsewhere: then nobody knows what they cost. */
  isRecorded: boolean
}

const FILES = { 'run:': 'run', 'labels:': 'labels' } as const

/** @throws UsageError naming every judge that cannot be understood, and names given twice */
export function judgeNames({ judge, scorer }: Pick<JudgesValues, 'judge' | 'scorer'>): JudgeName[] {
  const faults: string[] = []
  const named = [...judge.map((text) => [text, judgeOf] as const), ...scorer.map((text) => [text, scorerOf] as const)]
  const names = named.flatMap(([text, read]) => {
    try {
      return [{ ...read(text), name: '' }]
    } catch (error) {
      faults.push(messageOf(error))
      return []
    }
  })
  for (const [index, { model }] of names.entries()) {
    if (names.findIndex((each) => each.model === model) < index) faults.push(`the judge ${model} is named twice`)
  }
  if (faults.length > 0) throw new UsageError(faults.join('\n'))
  if (names.length === 0) {
    throw new UsageError('no judge is named', {
      hint: 'As in: winnow judges train.jsonl --gold gold.jsonl --judge gpt-4o-mini --judge local',
    })
  }
  const short = names.map(({ model }) => withoutFolders(model))
  return names.map((each, index) => {
    const name = short[index] as string
    return { ...each, name: short.indexOf(name) === short.lastIndexOf(name) ? name : each.model }
  })
}

/** `labels:runs/gpt-4o.txt` is `labels:gpt-4o.txt`; names of models at a server stay as they are. */
function withoutFolders(model: string): string {
  const [, kind, path] = /^([a-z]\w*:)?([^@]*\/[^@]*)$/.exec(model) ?? []
  return path === undefined || /^[^/.]+\/[^/]+$/.test(path) ? model : `${kind ?? ''}${basename(path)}`
}

/** What is known before names are shortened. */
type NamedJudge = Omit<JudgeName, 'name'>

function judgeOf(text: string): NamedJudge {
  return fileOf(text) ?? (isScorer(text) ? scorerOf(text) : chatOf(text))
}

function fileOf(text: string): NamedJudge | undefined {
  if (text === 'bm25') return { kind: 'bm25', model: text, spec: '', isRecorded: false }
  for (const [prefix, kind] of Object.entries(FILES)) {
    if (!text.startsWith(prefix)) continue
    const spec = text.slice(prefix.length)
    if (spec === '') throw new UsageError(`judge ${JSON.stringify(text)}: allowed: ${prefix}FILE`)
    return { kind, model: text, spec, isRecorded: true }
  }
  return undefined
}

/** Whether a name can be that of an encoder or a reranker only. */
function isScorer(text: string): boolean {
  try {
    return parseModelSpec(text).kind !== 'embeddings'
  } catch {
    return false
  }
}

function scorerOf(text: string): NamedJudge {
  const file = fileOf(text)
  if (file?.kind === 'labels')
    throw new UsageError(`${withoutLogin(text)}: recorded labels are no scores; name them with --judge`)
  return file ?? { kind: 'scorer', model: publicModelSpec(text), spec: text, isRecorded: false }
}

function chatOf(text: string): NamedJudge {
  const isRecorded = parseModelName(text).kind === 'replay'
  return { kind: 'chat', model: publicModelName(text), spec: text, isRecorded }
}
