// What init proposes for winnow clean: models, a cap on the cost, a policy, an output.
import { existsSync } from 'node:fs'
import { basename } from 'node:path'
import { dollars } from '../../base/format.ts'
import { isOnHub } from '../../hub/names.ts'
import type { Estimate } from '../../job/gather/estimate.ts'
import type { RunRequest } from '../../job/job.ts'
import { planMethod } from '../../job/run-method.ts'
import { methodNamed } from '../../methods/index.ts'
import type { JobHooks } from '../../job/hooks.ts'
import type { RowsSeen } from './look.ts'
import type { Surroundings } from './surroundings.ts'

/** A value for an option, and why. */
export interface Proposal {
  /** Undefined: the line is written as a comment, for the user to fill in. */
  value: string | undefined
  why: string
}

export type Proposals = Record<string, Proposal>

/** For whoever has a key of OpenAI. */
const OPENAI_JUDGE = 'gpt-5.4-mini'
const OPENAI_SCREEN = 'gpt-5.4-nano'

/** The method that is proposed. */
export const METHOD = 'rlhn'

export async function proposalsFor(
  seen: RowsSeen | undefined,
  around: Surroundings,
  hooks: JobHooks,
): Promise<Proposals> {
  const judge = judgeFor(around)
  const estimate =
    seen && judge.value && judge.value !== 'local' ? await estimated(seen, judge.value, hooks) : undefined
  return {
    out: {
      value: outputFor(seen),
      why: 'the rows go here, the lists of changes and the manifest beside them',
    },
    method: {
      value: METHOD,
      why: 'a judge reads the negatives of each row; percpos needs only an encoder or a reranker',
    },
    screen: { value: undefined, why: screenFor(around) },
    judge,
    maxUsd: capFor(judge, estimate),
    better: {
      value: 'remove',
      why: 'cautious: an unchecked judge makes no passage a positive; remove this line for the default',
    },
    ...(seen &&
      seen.badRows > 0 && { onBadRow: { value: undefined, why: `${seen.badRows} rows here cannot be read` } }),
    ...tasksFor(seen),
  }
}

function judgeFor({ provider, server }: Surroundings): Proposal {
  if (provider === 'openai') return { value: OPENAI_JUDGE, why: 'at OpenAI, with OPENAI_API_KEY' }
  if (provider === 'server') {
    return {
      value: undefined,
      why: `the name of a model on your server: ${server ?? 'OPENAI_BASE_URL'}/models lists them`,
    }
  }
  if (provider === 'azure') return { value: undefined, why: 'the name of your deployment at Azure' }
  return {
    value: 'local',
    why: 'no key is set: a small model in this process (a download of 2.5 GB; npm install node-llama-cpp@3); or MODEL@http://HOST:PORT/v1',
  }
}

const screenFor = ({ provider }: Surroundings) =>
  provider === 'openai' ? `${OPENAI_SCREEN} would do, for many rows` : 'a smaller model than the judge, for many rows'

function capFor({ value: judge }: Proposal, estimate: Estimate | undefined): Proposal {
  const usd = estimate?.usd
  if (judge === 'local') return { value: undefined, why: 'a model in this process costs nothing' }
  if (usd === undefined) return { value: undefined, why: 'winnow clean … --dry-run says what a run may cost' }
  return {
    value: String(roundedUp(1.25 * usd.high)),
    why: `all rows are estimated at ${dollars(usd.low)} to ${dollars(usd.high)}; the run stops before it would cost more`,
  }
}

/** Rounds a cap up to one that a person would choose: cents below a dollar, halves below ten, whole dollars above. */
function roundedUp(usd: number): number {
  const step = usd < 1 ? 0.01 : usd < 10 ? 0.5 : 1
  return Number((Math.max(1, Math.ceil(usd / step)) * step).toFixed(2))
}

/** Estimates a run over all rows. Sends nothing. */
async function estimated({ path, format }: RowsSeen, judge: string, { signal }: JobHooks): Promise<Estimate> {
  const options = { judge, format, onBadRow: 'skip' }
  const request = {
    command: 'clean',
    input: path,
    definition: methodNamed(METHOD),
    chosen: { method: METHOD },
    options,
  }
  return planMethod(request as RunRequest, signal ? { signal } : {})
}

/** A file of tasks under the name that the documentation gives it. */
const TASKS = 'tasks.yaml'

function tasksFor(seen: RowsSeen | undefined): Proposals {
  const unknown = seen?.datasets.filter(({ isKnown, name }) => !isKnown && name !== undefined) ?? []
  if (unknown.length === 0) return {}
  const names = unknown.map(({ name }) => name as string)
  const shown = names.length > 5 ? `${names.slice(0, 5).join(', ')} and ${names.length - 5} more` : names.join(', ')
  if (existsSync(TASKS))
    return { tasks: { value: TASKS, why: `it lies here, and there is no built-in task for ${shown}` } }
  return { tasks: { value: undefined, why: `no built-in task for ${shown}: they get ${unknown[0]?.task}` } }
}

const ENDING = /(\.(?:jsonl?|ndjson|parquet|pq|arrow|csv|tsv))?((?:\.gz|\.zst)?)$/i

/** `data/train.jsonl.gz` → `train.cleaned.jsonl.gz`, in the working folder. */
function outputFor(seen: RowsSeen | undefined): string {
  if (seen === undefined || seen.path === '-' || isOnHub(seen.path)) return 'cleaned.jsonl'
  const name = basename(seen.path)
  const [ending = '', container = ''] = ENDING.exec(name) ?? []
  return container === '' ? 'cleaned.jsonl' : `${name.slice(0, name.length - ending.length)}.cleaned${ending}`
}
