// Runs the Python engine on a request, and turns its events into the hooks of a training.
import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Environment } from '../../base/cache.ts'
import { cannotWrite, WinnowError } from '../../base/errors.ts'
import type { JsonObject } from '../../base/json.ts'
import { TorchEngine, type EngineTask } from '../../torch/engine.ts'
import type { Launcher } from '../../torch/python.ts'
import type { TrainHooks } from '../prepare.ts'
import type { EpochReport } from '../trainer.ts'
import type { TorchManifest } from './manifest.ts'
import type { EngineRequest } from './request.ts'

interface EngineRun {
  /** Starts the engine. @param path of the request @param log receives what it prints */
  start: (path: string, log: string) => EngineTask
  request: EngineRequest
  hooks: TrainHooks
  /** Rows that are trained on. */
  rows: number
}

type Trained = TorchManifest['training'] & { model: { parameters: number; trained: number } }

/** Starts a process for one training. */
export const ownProcess =
  (launcher: Launcher, env: Environment): EngineRun['start'] =>
  (path, log) =>
    new TorchEngine({ launcher, args: ['train', path], env, log })

/** @throws UsageError with the engine's own sentence; the reason of the signal once the engine has saved */
export async function runEngine(run: EngineRun): Promise<Trained> {
  const { request, hooks } = run
  const [path, stop] = [join(request.work, 'request.json'), join(request.work, 'stop')]
  rmSync(stop, { force: true })
  rmSync(request.out, { recursive: true, force: true })
  write(path, JSON.stringify(request, undefined, 2))
  const engine = run.start(path, join(request.work, 'engine.log'))
  const onAbort = () => write(stop, '')
  hooks.signal?.addEventListener('abort', onAbort)
  if (hooks.signal?.aborted) onAbort()
  try {
    return await follow(engine, run)
  } finally {
    hooks.signal?.removeEventListener('abort', onAbort)
    await engine.close()
  }
}

async function follow(engine: EngineTask, { request, hooks, rows }: EngineRun): Promise<Trained> {
  const perEpoch = Math.ceil(rows / request.batch)
  const course = new Course(hooks, request.steps ?? perEpoch * request.epochs)
  for await (const event of engine.events()) course.take(event)
  if (course.isStopped) {
    hooks.signal?.throwIfAborted()
    throw new WinnowError('interrupted', 'the torch engine was asked to stop')
  }
  return course.report()
}

/** What the events of one training add up to. */
class Course {
  isStopped = false
  readonly #hooks: TrainHooks
  readonly #steps: number
  readonly #epochs: EpochReport[] = []
  #started: JsonObject = {}
  #model: JsonObject = {}
  #done: JsonObject | undefined
  #resumedAt = 0
  #rows = 0
  #lastStep = 0

  constructor(hooks: TrainHooks, steps: number) {
    this.#hooks = hooks
    this.#steps = steps
  }

  take(event: JsonObject & { event: string }): void {
    const number = (name: string) => Number(event[name])
    if (event.event === 'started') this.#begin(event)
    else if (event.event === 'model') this.#model = event
    else if (event.event === 'notice') this.#hooks.onNotice?.(String(event['text']))
    else if (event.event === 'resumed') {
      this.#resumedAt = number('step')
      for (const epoch of event['epochs'] as JsonObject[]) this.#epochs.push(epochOf(epoch))
      this.#hooks.onNotice?.(`resuming after step ${this.#resumedAt} of ${this.#steps}`)
    } else if (event.event === 'step') {
      this.#rows += number('rows')
      this.#lastStep = number('step')
      this.#hooks.onStep?.({ step: number('step'), steps: this.#steps, rows: number('rows'), loss: number('loss') })
    } else if (event.event === 'epoch') {
      const epoch = epochOf(event)
      this.#epochs.push(epoch)
      this.#hooks.onEpoch?.(epoch)
    } else if (event.event === 'stopped') this.isStopped = true
    else if (event.event === 'done') this.#done = event
  }

  report(): Trained {
    const done = this.#done
    if (done === undefined) throw new WinnowError('engine', 'the torch engine ended without a model')
    const seconds = Number(done['seconds'])
    return {
      epochs: this.#epochs,
      chosen: Number(done['chosen']),
      steps: Math.max(this.#lastStep, this.#resumedAt),
      device: String(this.#started['device']),
      precision: String(this.#started['precision']),
      processes: Number(this.#started['processes']),
      seconds,
      rowsPerSecond: seconds > 0 ? this.#rows / seconds : 0,
      resumedAt: this.#resumedAt,
      model: { parameters: Number(this.#model['parameters']), trained: Number(this.#model['trained']) },
    }
  }

  #begin(event: JsonObject): void {
    this.#started = event
    const processes = Number(event['processes'])
    const several = processes > 1 ? `, ${processes} processes` : ''
    this.#hooks.onNotice?.(`training on ${String(event['device'])} in ${String(event['precision'])}${several}`)
  }
}

const epochOf = (event: JsonObject): EpochReport => ({
  epoch: Number(event['epoch']),
  steps: Number(event['steps']),
  loss: Number(event['loss']),
  ndcg: typeof event['ndcg'] === 'number' ? event['ndcg'] : null,
})

function write(path: string, contents: string): void {
  try {
    writeFileSync(path, contents)
  } catch (error) {
    throw cannotWrite(path, error)
  }
}
