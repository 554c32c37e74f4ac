// What a server says about itself: which software it is, how many calls it takes side by side, how long they may be. It is asked before the
// first call, only where it is nobody's paid service, and a server that says nothing is asked all the same.
import type { Capacity } from '../chat.ts'
import { isObject, type JsonObject } from '../../base/json.ts'
import { get, type Server } from './post.ts'

/** Milliseconds for all answers together. */
const PATIENCE_MS = 2_500
/** They batch whatever arrives; a queue there costs nothing. */
const BATCHING = new Map([
  ['vllm', 'vLLM'],
  ['sglang', 'SGLang'],
])

/** Returns what the server says about itself; undefined if it says nothing that is understood. */
export async function capacityOf(server: Server, model: string): Promise<Capacity | undefined> {
  const signal = AbortSignal.timeout(PATIENCE_MS)
  const root = { ...server, base: server.base.replace(/\/v\d+$/, '') }
  const ask = (at: Server, path: string) =>
    get(at, path, signal).then(
      (answer) => (isObject(answer) ? answer : {}),
      (): JsonObject => ({}),
    )
  const [props, loaded, models] = await Promise.all([ask(root, '/props'), ask(root, '/api/ps'), ask(server, '/models')])
  return ofLlamaCpp(props) ?? ofOllama(loaded, model) ?? ofBatching(models)
}

/** Reads `/props` of llama.cpp. */
function ofLlamaCpp({ total_slots: slots, default_generation_settings: settings }: JsonObject): Capacity | undefined {
  if (!isCount(slots)) return undefined
  const tokens = isObject(settings) ? settings['n_ctx'] : undefined
  return { software: 'llama.cpp', slots, ...(isCount(tokens) && { tokens }) }
}

/** Reads `/api/ps` of Ollama: the models that are loaded. It does not say how many calls it takes at once; by default it is one. */
function ofOllama({ models }: JsonObject, name: string): Capacity | undefined {
  if (!Array.isArray(models)) return undefined
  const ours: unknown = models.find(
    (each) => isObject(each) && (each['name'] === name || each['name'] === `${name}:latest`),
  )
  const tokens = isObject(ours) ? ours['context_length'] : undefined
  return { software: 'Ollama', ...(isCount(tokens) && { tokens }) }
}

/** Reads `/v1/models`. */
function ofBatching({ data }: JsonObject): Capacity | undefined {
  const owner: unknown = Array.isArray(data) && isObject(data[0]) ? data[0]['owned_by'] : undefined
  const software = BATCHING.get(String(owner))
  return software === undefined ? undefined : { software, slots: Infinity }
}

const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && Number(value) > 0
