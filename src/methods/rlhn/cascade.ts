// The cascade with a promise: which rows the judge of RLHN sees, and what its gate is told besides the row.
import { UsageError } from '../../base/errors.ts'
import type { Evidence, Unjudged } from '../../evidence/evidence.ts'
import type { Ask } from '../../llm/chat.ts'
import type { Passage, Row } from '../../rows/row.ts'
import type { Task } from '../../tasks/task.ts'
import type { CascadePlan } from '../../method/cascade.ts'
import { percpos } from '../percpos/method.ts'
import type { RlhnGatherValues } from './options.ts'

const JUDGE = 'judge'

/** @throws UsageError when the options do not fit together */
export function cascadeOf(options: RlhnGatherValues): CascadePlan | undefined {
  const { recall, calibrate, gateModel, gate = 'learned', seed } = options
  if (recall === undefined) {
    if (calibrate === undefined && gateModel === undefined && options.gate === undefined) return undefined
    throw new UsageError('--gate, --gate-model and --calibrate belong to --recall', {
      hint: 'Say how much of what the judge would flag must be seen, such as --recall .95.',
    })
  }
  if (options.judge === undefined) {
    throw new UsageError('--recall needs a --judge: it says which rows the judge sees')
  }
  if (options.spotCheck > 0) {
    throw new UsageError('--recall and --spot-check exclude each other: rows judged at random are part of --recall')
  }
  if (gate === 'screen' && options.screen === undefined) throw new UsageError('--gate screen needs a --screen')
  if (gate === 'scorer' && gateModel === undefined) {
    throw new UsageError('--gate scorer needs a model that scores', {
      hint: 'Such as --gate-model hf:models/reranker, or --gate-model MODEL@http://HOST:PORT/rerank.',
    })
  }
  const hasScorer = gateModel !== undefined
  return { recall, gate, hasScorer, stage: JUDGE, rows: calibrate, seed, isFlagged }
}

function isFlagged(evidence: readonly Evidence[]): boolean | undefined {
  const judged = evidence.filter((item) => 'stage' in item && item.stage === JUDGE)
  if (judged.length === 0 || !judged.every((item) => item.kind === 'verdict')) return undefined
  return judged.some(({ verdict }) => verdict !== 'irrelevant')
}

/** The scores that a gate asks for. */
export async function scoresFor(row: Row, task: Task, scorer: string, ask: Ask): Promise<Evidence[]> {
  const found = await percpos({ scorer, taskOf: () => task, passagesPerCall: 32 })(row, ask)
  return found.filter(({ kind }) => kind === 'score' || kind === 'unread')
}

/** The evidence about passages that the judge is not shown. */
export const heldBack = (documents: readonly Passage[], stage: string, reason: string): Unjudged[] =>
  documents.map(({ id }) => ({ kind: 'unjudged', passage: id, reason, stage }))
