// The prompts of CausalNeg's writing (arXiv 2606.01304, module 1): what a row's query needs, passages that miss one part of it, and what a
// passage really fulfils. Each is rendered from the task.
import { sha256 } from '../../base/hash.ts'
import type { ChatMessage } from '../../llm/chat.ts'
import type { Passage, Row } from '../../rows/row.ts'
import { STRATEGIES, type Analysis } from '../../evidence/evidence.ts'
import type { PromptVersion } from '../../prompts/template.ts'
import { PLACEHOLDER_TASK } from '../../prompts/placeholder.ts'
import { analyseMessages, type AnalyseInput } from './analyse-prompt.ts'
import type { Wording } from './prompt-parts.ts'
import { verifyMessages, type VerifyInput } from './verify-prompt.ts'
import { writeMessages, type Order, type WriteInput } from './write-prompt.ts'

export type CausalnegStage = 'analyse' | 'write' | 'verify'

/** Raise the number of a prompt whenever its wording changes; a test pins the hash of each version. */
const VERSIONS: Record<Wording, Record<CausalnegStage, string>> = {
  'paper@1': { analyse: '@2', write: '@1', verify: '@1' },
  paper: { analyse: '@3', write: '@2', verify: '@2' },
  // Models that think are asked to analyse and to write as others are.
  reasoning: { analyse: '@3', write: '@2', verify: '.reasoning@1' },
}

/** The prompts of a run, built in or the user's. */
export interface CausalnegPrompts {
  versions: Record<CausalnegStage, PromptVersion>
  /** What is asked of a model whose reply could not be read. */
  rules: Record<CausalnegStage, string>
  analyse: (input: AnalyseInput) => ChatMessage[]
  write: (input: WriteInput) => ChatMessage[]
  verify: (input: VerifyInput) => ChatMessage[]
  /** Stages that are asked in small calls (small-prompt.ts) instead. */
  small: ReadonlySet<CausalnegStage>
  /** Whether a verification gives a reason for every requirement. */
  givesReasons: boolean
}

/** Returns id, version and hash of the prompt of a stage. The hash changes with the wording. */
export function promptVersion(stage: CausalnegStage, wording: Wording = 'paper'): PromptVersion {
  const hash = sha256(JSON.stringify(WORDINGS[stage](wording)), 16)
  return { name: `causalneg.${stage}${VERSIONS[wording][stage]}`, hash }
}

const JSON_RULE = 'Answer in full: one JSON object with every field of the form asked for, and with nothing else.'

export const JSON_RULES: CausalnegPrompts['rules'] = { analyse: JSON_RULE, write: JSON_RULE, verify: JSON_RULE }

const WORDINGS: Record<CausalnegStage, (wording: Wording) => ChatMessage[][]> = {
  analyse: (wording) => TASKS.map((task) => analyseMessages({ task, row: ROW, strategies: STRATEGIES }, wording)),
  write: (wording) =>
    [true, false].map((hasTitles) =>
      writeMessages(
        {
          task: PLACEHOLDER_TASK,
          row: ROW,
          analysis: ANALYSIS,
          orders: ORDERS,
          references: REFERENCES,
          hasTitles,
        },
        wording,
      ),
    ),
  verify: (wording) =>
    TASKS.map((task) =>
      verifyMessages({ task, row: ROW, analysis: ANALYSIS, passage: { text: '{text}', title: '{title}' } }, wording),
    ),
}

const TASKS = [PLACEHOLDER_TASK, { ...PLACEHOLDER_TASK, answers: false }]
const passageOf = (label: Passage['label']): Passage => ({
  id: '{id}',
  text: `{${label}}`,
  title: '{title}',
  label,
  origin: 'given',
})
const REFERENCES = [passageOf('negative')]
const ROW: Row = { id: '{row}', query: '{query}', passages: [passageOf('positive'), ...REFERENCES] }
const ANALYSIS: Analysis = {
  kind: 'analysis',
  stage: 'analyse',
  model: '{model}',
  prompt: '{prompt}',
  need: '{need}',
  meets: '{meets}',
  boundary: '{boundary}',
  requirements: [
    { text: '{critical}', isCritical: true },
    { text: '{minor}', isCritical: false },
  ],
  perturbations: [],
}
const ORDERS: Order[] = [
  { number: 1, requirement: 1, strategy: 'entity_shift', how: '{how}' },
  {
    number: 2,
    requirement: 1,
    strategy: 'relation_break',
    how: '',
    refused: { text: '{refused}', title: '{title}', why: '{why}' },
  },
]
