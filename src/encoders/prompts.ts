// Which of a model's prompts is put before a text: by the task of the collection, as mteb chooses it, else by the kind of text.
import { isObject, type JsonObject } from '../base/json.ts'
import type { TextKind } from './encoder.ts'

/** What a collection is called where models have a prompt for each task. */
export interface RetrievalTask {
  /** As in mteb: `SciFact`. */
  name: string
  /** As in mteb: `Retrieval`. */
  type: string
}

interface Prompt {
  text: string
  /** Its name in the model's file, if the task decided. */
  byTask?: string
}

/** The names of a kind of text, the usual one first. */
const KINDS: Record<TextKind, readonly [string, ...string[]]> = {
  query: ['query'],
  passage: ['document', 'passage', 'corpus'],
}

/**
 * Returns the prompt of a model: in mteb's order that of the task and kind, the task, the type of task and kind, the type; else that of the
 * kind, else the default one, else ''.
 * @param settings the contents of config_sentence_transformers.json
 */
export function promptFor(settings: JsonObject | undefined, kind: TextKind, task?: RetrievalTask): Prompt {
  const prompts = settings?.['prompts']
  if (!isObject(prompts)) return { text: '' }
  const [usual] = KINDS[kind]
  const ofTask = task === undefined ? [] : [task.name, task.type].flatMap((name) => [`${name}-${usual}`, name])
  const isThere = (name: string) => typeof prompts[name] === 'string'
  const byTask = ofTask.find(isThere)
  if (byTask !== undefined) return { text: prompts[byTask] as string, byTask }
  const name = [...KINDS[kind], String(settings?.['default_prompt_name'])].find(isThere)
  return { text: name === undefined ? '' : (prompts[name] as string) }
}
