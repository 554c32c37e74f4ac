// Parts that a program supplies: a judge that is never wrong, and a policy that makes nothing positive.
import type { ChatModel, ChatRequest, Completion } from '../../src/llm/chat.ts'
import { decideRow } from '../../src/policy/decide-row.ts'
import type { OwnPolicy } from '../../src/policy/policy.ts'
import { join, dirname } from 'node:path'
import { rightReply, type SyntheticRow } from './synthetic.ts'

export const SECRET = 'sk-never-shown'

/** A judge that is never wrong, as a class whose instances hold a key. */
export class Judge implements ChatModel {
  readonly endpoint = 'in this program'
  readonly identity: string
  readonly apiKey = SECRET
  readonly price?: { input: number; output: number }
  asked = 0
  closed = 0

  constructor(identity = 'house', price?: { input: number; output: number }) {
    this.identity = identity
    if (price) this.price = price
  }

  async complete(request: ChatRequest): Promise<Completion> {
    this.asked += 1
    const usage = { input: 1000, output: 100, cached: 0, reasoning: 0 }
    return { reply: { text: rightReply(request), finishReason: 'stop', usage } }
  }

  async close() {
    this.closed += 1
  }
}

/** Removes what was found relevant. */
export const TAKE_OUT: OwnPolicy = {
  name: 'take-out',
  decide: (row, evidence) => {
    const relevant = evidence
      .filter((item) => item.kind === 'verdict')
      .filter(({ verdict }) => verdict !== 'irrelevant')
    return decideRow(
      row,
      evidence,
      relevant.map((item) => ({ ...item, action: 'remove' })),
    )
  },
}

/** Returns the synthetic row that this policy should produce. */
export const takenOut = ({ query, pos, neg }: SyntheticRow): SyntheticRow => ({
  query,
  pos,
  neg: neg.filter((text) => text.endsWith('#none')),
})

export const ledgerOf = (out: string) => join(dirname(out), '.winnow/ledger.db')
export const manifestOf = (out: string) => out.replace('.jsonl', '.manifest.json')
