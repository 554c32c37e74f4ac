// The Python process of a torch: model: requests go out as JSON lines, replies come back in any order of asking.
import type { Environment } from '../../base/cache.ts'
import { messageOf, UsageError, WinnowError } from '../../base/errors.ts'
import { isObject, type JsonObject } from '../../base/json.ts'
import { TorchEngine, type EngineTask } from '../../torch/engine.ts'
import { findPython } from '../../torch/python.ts'
import type { ModelSettings } from '../settings.ts'

/** What the process says of the model it opened. */
export interface TorchModel {
  kind: 'encoder' | 'reranker'
  /** The model's folder, that of the hub's client if it was named by its repository. */
  folder: string
  /** 0 for a reranker. */
  dimensions: number
  /** How it is used: prefixes, tokens, normalisation. */
  use: JsonObject
}

/** Starts what serves a model. @param request the model and its settings */
export type StartServing = (request: object) => EngineTask

/** Starts a process for one model. @throws UsageError when there is no Python for it */
export const servingProcess =
  (env: Environment): StartServing =>
  (request) =>
    new TorchEngine({ launcher: findPython(undefined, env), args: ['serve', JSON.stringify(request)], env })

interface Pending {
  resolve(reply: JsonObject): void
  reject(error: unknown): void
}

export class TorchProcess {
  readonly #name: string
  readonly #engine: EngineTask
  readonly #pending = new Map<number, Pending>()
  #asked = 0
  #failure: unknown
  /** Resolves when the model is open. */
  readonly opened: Promise<TorchModel>

  /** @param name as messages show the model @param start starts the engine that serves a model */
  constructor(name: string, model: string, settings: ModelSettings, start: StartServing) {
    const { queryPrefix = null, passagePrefix = null, maxTokens = null, normalize = null } = settings
    this.#name = name
    this.#engine = start({ model, queryPrefix, passagePrefix, maxTokens, normalize })
    this.opened = new Promise((resolve, reject) => {
      this.#listen(resolve).catch((error: unknown) => {
        this.#failure = error
        reject(error)
        for (const { reject: fail } of this.#pending.values()) fail(error)
        this.#pending.clear()
      })
    })
  }

  /** Sends a request and returns its reply. @throws UsageError with what the model says of it; WinnowError if the process has ended */
  async ask(request: JsonObject): Promise<JsonObject> {
    if (this.#failure !== undefined) throw this.#failure
    const id = ++this.#asked
    const reply = new Promise<JsonObject>((resolve, reject) => this.#pending.set(id, { resolve, reject }))
    this.#engine.send(JSON.stringify({ id, ...request }))
    return reply
  }

  close(): Promise<void> {
    return this.#engine.close()
  }

  async #listen(onReady: (model: TorchModel) => void): Promise<void> {
    for await (const event of this.#engine.events()) {
      if (event.event === 'ready') onReady(modelIn(event))
      const id = Number(event['id'])
      const pending = this.#pending.get(id)
      if (pending === undefined) continue
      this.#pending.delete(id)
      if (event.event === 'reply') pending.resolve(event)
      else pending.reject(new UsageError(`${this.#name}: ${messageOf(event['text'])}`))
    }
    throw new WinnowError('engine', `${this.#name}: its process has ended`)
  }
}

const modelIn = (event: JsonObject): TorchModel => ({
  kind: event['kind'] === 'reranker' ? 'reranker' : 'encoder',
  folder: String(event['folder']),
  dimensions: Number(event['dimensions'] ?? 0),
  use: isObject(event['use']) ? event['use'] : {},
})
