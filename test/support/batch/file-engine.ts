// An engine for batch files, as vllm run-batch is one: answers the lines of a folder, in whichever way engines go wrong.
import { existsSync, mkdirSync, readdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { SeenRequest } from '../chat-server.ts'

type Request = Pick<SeenRequest, 'messages' | 'model'>

/** A line of a job, and the reply that is right. */
interface Line {
  custom_id: string
  body: Request
}

export interface EngineOptions {
  reply: (request: Request) => string
  random: () => number
  /** The chance of every fault of a line or a file. 0: none. */
  faults: number
  /** Which requests get no result. */
  omits?: (request: Request) => boolean
}

export const namesOfJobs = (folder: string): string[] =>
  existsSync(folder)
    ? readdirSync(folder)
        .filter((name) => name.endsWith('.jsonl') && !name.endsWith('.results.jsonl'))
        .toSorted()
    : []

export const linesOfJob = (folder: string, name: string): Line[] =>
  readFileSync(join(folder, name), 'utf8')
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as Line)

/** Answers some jobs that have no results yet. Returns how many it answered. */
export function answerJobs(folder: string, options: EngineOptions): number {
  const left = namesOfJobs(folder).filter((name) => !hasResults(folder, name))
  // Not all at once: files come back at any time and in any order.
  const some = left.filter((_name, index) => index === 0 || options.random() < 0.6)
  for (const name of some) answerJob(folder, name, options)
  return some.length
}

const resultsOf = (folder: string, name: string) => join(folder, name.replace(/\.jsonl$/, '.results'))
const hasResults = (folder: string, name: string) =>
  existsSync(resultsOf(folder, name)) || existsSync(`${resultsOf(folder, name)}.jsonl`)

function answerJob(folder: string, name: string, { reply, random, faults, omits }: EngineOptions): void {
  const is = () => random() < faults
  const results: string[] = []
  for (const line of linesOfJob(folder, name)) {
    if (omits?.(line.body) || is()) continue
    results.push(is() ? failed(line, random) : answered(line, reply, random))
    if (is()) results.push(results.at(-1) as string)
    if (is()) results.push(answered({ ...line, custom_id: 'f'.repeat(32) }, reply, random))
    if (is()) results.push('{"custom_id": 7}')
  }
  results.sort(() => random() - 0.5)
  if (is()) results.push(`{"custom_id": "${'0'.repeat(32)}", "response": {"stat`)
  write(resultsOf(folder, name), results, is() ? 3 : 1)
}

/** In one file, or in parts in a folder; unchanged for a while. */
function write(base: string, results: readonly string[], parts: number): void {
  const past = Date.now() / 1000 - 120
  if (parts > 1) mkdirSync(base)
  for (let part = 0; part < parts; part++) {
    const path = parts === 1 ? `${base}.jsonl` : join(base, `part-${part}.jsonl`)
    const some = results.filter((_line, index) => index % parts === part)
    writeFileSync(path, some.join('\n') + (some.at(-1)?.endsWith('}') === true ? '\n' : ''))
    utimesSync(path, past, past)
  }
}

/** In either shape that vllm run-batch has written. */
function answered({ custom_id, body }: Line, reply: EngineOptions['reply'], random: () => number): string {
  const content = random() < 0.3 ? `<think>Well.</think>${reply(body)}` : reply(body)
  const usage = { prompt_tokens: 100, completion_tokens: 10, total_tokens: 110 }
  const choices = [{ index: 0, message: { role: 'assistant', content }, finish_reason: 'stop' }]
  const completion = { id: 'c', object: 'chat.completion', model: body.model, choices, usage }
  const response = random() < 0.5 ? completion : { status_code: 200, request_id: 'r', body: completion }
  return JSON.stringify({ id: 'v', custom_id, response, error: null })
}

function failed({ custom_id }: Line, random: () => number): string {
  const error = { message: 'the engine ran out of memory', code: 500 }
  const response = { status_code: 500, request_id: 'r', body: { error } }
  return JSON.stringify(
    random() < 0.5 ? { id: 'v', custom_id, response, error: null } : { id: 'v', custom_id, response: null, error },
  )
}
