// The user's own prompts for CausalNeg: `causalneg.analyse.md`, `causalneg.write.md` and `causalneg.verify.md` in a folder.
import type { Row } from '../../rows/row.ts'
import { PLAIN_RULE } from '../../llm/read.ts'
import { assertAnyPrompt, TASK_VALUES, templateIn, type Slots, type Template } from '../../prompts/template.ts'
import type { AnalyseInput } from './analyse-prompt.ts'
import { BUILT_IN_PROMPTS, promptVersion, type CausalnegPrompts, type CausalnegStage } from './prompt.ts'
import { fenced, relevantList, requirementList, titled } from './prompt-parts.ts'
import type { VerifyInput } from './verify-prompt.ts'
import { analysisText, lengthText, orderList, referenceList, type WriteInput } from './write-prompt.ts'

const query = ({ row }: { row: Row }) => fenced(row.query)
const relevant = ({ row }: { row: Row }) => relevantList(row)

const ANALYSE: Slots<AnalyseInput> = {
  name: 'causalneg.analyse',
  values: { query, relevant, strategies: ({ strategies }) => strategies.join(', '), ...TASK_VALUES },
  required: ['query', 'relevant', 'strategies'],
}

const WRITE: Slots<WriteInput> = {
  name: 'causalneg.write',
  values: {
    query,
    relevant,
    analysis: ({ analysis }) => analysisText(analysis),
    references: ({ references }) => referenceList(references),
    passages: ({ orders }) => orderList(orders),
    count: ({ orders }) => String(orders.length),
    length: ({ row }) => lengthText(row),
    ...TASK_VALUES,
  },
  required: ['query', 'relevant', 'analysis', 'passages'],
}

const VERIFY: Slots<VerifyInput> = {
  name: 'causalneg.verify',
  values: {
    query,
    boundary: ({ analysis }) => fenced(analysis.boundary),
    requirements: ({ analysis }) => requirementList(analysis, false),
    passage: ({ passage }) => titled(passage),
    ...TASK_VALUES,
  },
  required: ['query', 'requirements', 'passage'],
}

/**
 * Returns the prompts of a run: the user's if the folder has them, else the built-in ones. Replies must keep their format.
 * @throws UsageError when the folder holds none of the files, or a template lacks a placeholder or has an unknown one
 */
export function causalnegPromptsOf(folder: string | undefined): CausalnegPrompts {
  const versions = {
    analyse: promptVersion('analyse'),
    write: promptVersion('write'),
    verify: promptVersion('verify'),
  }
  if (folder === undefined) return { versions, ...BUILT_IN_PROMPTS }
  assertAnyPrompt(folder, [ANALYSE.name, WRITE.name, VERIFY.name])
  const [analyse, write, verify] = [templateIn(folder, ANALYSE), templateIn(folder, WRITE), templateIn(folder, VERIFY)]
  return {
    versions: {
      analyse: analyse?.version ?? versions.analyse,
      write: write?.version ?? versions.write,
      verify: verify?.version ?? versions.verify,
    },
    rules: {
      analyse: ruleOf(analyse, 'analyse'),
      write: ruleOf(write, 'write'),
      verify: ruleOf(verify, 'verify'),
    },
    analyse: analyse?.render ?? BUILT_IN_PROMPTS.analyse,
    write: write?.render ?? BUILT_IN_PROMPTS.write,
    verify: verify?.render ?? BUILT_IN_PROMPTS.verify,
  }
}

const ruleOf = (own: Pick<Template<never>, 'rule'> | undefined, stage: CausalnegStage): string =>
  own ? (own.rule ?? PLAIN_RULE) : BUILT_IN_PROMPTS.rules[stage]
