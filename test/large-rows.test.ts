// The work on a row grows linearly with its passages and the evidence about them, not quadratically: counted by how often they are read.
import { expect, test } from 'vitest'
import { CopiedPositives } from '../src/commands/doctor/findings/copied-positives.ts'
import { explainPassages } from '../src/browse/explained-passages.ts'
import type { Ask } from '../src/llm/chat.ts'
import { ARHN_POLICY_DEFAULTS, anchorsIn, arhnPolicy } from '../src/methods/arhn/policy.ts'
import { PERCPOS_POLICY_DEFAULTS, percposPolicy } from '../src/methods/percpos/policy.ts'
import { PLACEHOLDER_TASK } from '../src/prompts/placeholder.ts'
import { rlhn } from '../src/methods/rlhn/method.ts'
import { RLHN_POLICY_DEFAULTS, rlhnPolicy } from '../src/methods/rlhn/policy.ts'
import { rlhnPrompt } from '../src/methods/rlhn/prompt.ts'
import { withIds } from '../src/rows/ids.ts'
import { passageOf, type Row } from '../src/rows/row.ts'
import { largeRow, ranksOf, score, unjudged, verdictOf, type LargeRow } from './support/large-row.ts'
import { replyWith, shownIn } from './support/synthetic.ts'

const SIZE = 600
/** Twice as many passages are read twice as often; by a square they would be read four times as often. */
const MOST = 2.2

/** How often anything of a passage or of the evidence is read while `work` is done. */
async function readsIn({ row, evidence }: LargeRow, work: (large: LargeRow) => unknown): Promise<number> {
  let reads = 0
  const counted = <T extends object>(each: T) =>
    new Proxy(each, { get: (target, name) => ((reads += 1), Reflect.get(target, name)) })
  await work({ row: { ...row, passages: row.passages.map(counted) }, evidence: evidence.map(counted) })
  return reads
}

const words = (at: number) => `text number ${at} of many`
const copies = (at: number) => (at % 2 === 0 ? 'a positive' : 'A  Positive')

function ranked(size: number): LargeRow {
  const { row, evidence } = largeRow(size, words, [verdictOf('extract', 'answers'), score])
  return { row, evidence: [...evidence, ...ranksOf(row)] }
}

/** Says of every document that it is better. */
const judge: Ask = Object.assign(
  async (requests: Parameters<Ask>[0]) =>
    requests.map((request) => {
      const better = shownIn(request).map((_text, at) => at + 1)
      return { text: replyWith(better, []), finishReason: 'stop' }
    }),
  { again: async () => undefined },
)

const askAboutAll = rlhn({
  stages: [{ stage: 'judge', model: 'm', prompt: rlhnPrompt('judge') }],
  taskOf: () => PLACEHOLDER_TASK,
  maxPassages: 2,
  judgeBeyond: true,
  shuffleSeed: undefined,
  spotCheck: 0,
  spotCheckSeed: 1,
  confirm: 0,
  maxTokens: 100,
  temperature: 0,
})

function numberAnew({ passages }: Row): void {
  for (const passage of passages) passage.id = undefined as unknown as string
  withIds({ id: 'r', query: 'q', dataset: undefined, passages, extra: {} }, 'r')
}

const dropping = { ...RLHN_POLICY_DEFAULTS, maxFalseNegatives: Infinity, beyond: 'drop' } as const

function explainRanked({ row, evidence }: LargeRow): void {
  const decision = arhnPolicy(ARHN_POLICY_DEFAULTS)(row, evidence)
  explainPassages(row, evidence, decision, anchorsIn(row, evidence, 'best'))
}

test.each<[what: string, large: (size: number) => LargeRow, work: (large: LargeRow) => unknown]>([
  [
    'finding passages',
    (size) => largeRow(size, words),
    ({ row }) => row.passages.map((_each, at) => passageOf(row, `d${at}`)),
  ],
  ['numbering equal passages', (size) => largeRow(size, () => 'the same'), ({ row }) => numberAnew(row)],
  ['finding copies of a positive', (size) => largeRow(size, copies), ({ row }) => new CopiedPositives().add(row, 1)],
  ['rlhn, asking about all', (size) => largeRow(size, words), ({ row }) => askAboutAll(row, judge)],
  [
    'rlhn, deciding',
    (size) => largeRow(size, words, [verdictOf('judge', 'better')]),
    ({ row, evidence }) => rlhnPolicy(dropping)(row, evidence.slice(1)),
  ],
  [
    'rlhn, deciding where most were not asked about',
    (size) => largeRow(size, words, [unjudged]),
    ({ row, evidence }) => rlhnPolicy(dropping)(row, evidence.slice(1)),
  ],
  ['arhn, deciding', ranked, ({ row, evidence }) => arhnPolicy(ARHN_POLICY_DEFAULTS)(row, evidence)],
  ['percpos, deciding', ranked, ({ row, evidence }) => percposPolicy(PERCPOS_POLICY_DEFAULTS)(row, evidence)],
  ['explaining', ranked, explainRanked],
])('%s', async (_what, large, work) => {
  const [once, twice] = [await readsIn(large(SIZE), work), await readsIn(large(2 * SIZE), work)]
  expect(once).toBeGreaterThan(SIZE)
  expect(twice / once).toBeLessThan(MOST)
})
