// One process of the Python engine for many trainings and the models that they make, one after another: starting one takes seconds.
import { WinnowError } from '../base/errors.ts'
import { TorchEngine, type EngineEvent, type EngineOptions, type EngineTask } from './engine.ts'

/** A task: `train` with the path of its request, or `serve` with the settings of a model. */
export type WorkerTask = { train: string } | { serve: object }

export class TorchWorker {
  readonly #options: Omit<EngineOptions, 'args'>
  #engine: TorchEngine | undefined
  #events: AsyncGenerator<EngineEvent> | undefined

  constructor(options: Omit<EngineOptions, 'args'>) {
    this.#options = options
  }

  /** Returns a task, which begins when its events are read. Only one may run at a time. */
  task(request: WorkerTask): EngineTask {
    const ended = Promise.withResolvers<void>()
    let isUnderWay = false
    const events = async function* (this: TorchWorker) {
      isUnderWay = true
      try {
        yield* this.#run(request)
      } finally {
        isUnderWay = false
        ended.resolve()
      }
    }
    return {
      events: events.bind(this),
      send: (line) => this.#engine?.send(line),
      close: async () => {
        if (!isUnderWay) return
        if ('train' in request) return this.close()
        this.#engine?.send(JSON.stringify({ close: true }))
        await ended.promise
      },
    }
  }

  /** Ends the process at once. Another task starts a new one. */
  async close(): Promise<void> {
    const engine = this.#engine
    this.#engine = undefined
    this.#events = undefined
    await engine?.close()
  }

  async *#run(request: WorkerTask): AsyncGenerator<EngineEvent> {
    this.#engine ??= new TorchEngine({ ...this.#options, args: ['work'] })
    const events = (this.#events ??= this.#engine.events())
    this.#engine.send(JSON.stringify(request))
    try {
      for (;;) {
        const { value, done } = await events.next()
        if (done === true) throw new WinnowError('engine', 'the torch engine ended before its work was done')
        if (value.event === 'finished') return
        yield value
      }
    } catch (error) {
      await this.close()
      throw error
    }
  }
}
