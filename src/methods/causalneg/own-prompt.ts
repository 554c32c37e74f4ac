// The user's own prompts for CausalNeg: `causalneg.analyse.md`, `causalneg.write.md` and `causalneg.verify.md` in a folder.
import type { Row } from '../../rows/row.ts'
import { PLAIN_RULE } from '../../llm/read.ts'
import type { PromptSet } from '../../prompts/prompt-set.ts'
import { assertAnyPrompt, TASK_VALUES, templateIn, type Slots } from '../../prompts/template.ts'
import { analyseMessages, type AnalyseInput } from './analyse-prompt.ts'
import { JSON_RULES, promptVersion, type CausalnegPrompts, type CausalnegStage } from './prompt.ts'
import { fenced, relevantList, requirementList, titled, type Wording } from './prompt-parts.ts'
import { smallVersion } from './small-prompt.ts'
import { verifyMessages, type VerifyInput } from './verify-prompt.ts'
import { analysisText, lengthText, orderList, referenceList, writeMessages, type WriteInput } from './write-prompt.ts'

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
 * Returns the prompts of a run: the user's if the folder has them, else the built-in ones of the sets. Replies must keep their format.
 * @param sets of the writer, who analyses and writes, and of the verifier
 * @throws UsageError when the folder holds none of the files, or a template lacks a placeholder or has an unknown one
 */
export function causalnegPromptsOf(
  folder: string | undefined,
  sets: Record<'writer' | 'verifier', PromptSet>,
): CausalnegPrompts {
  const builtIn = builtInPrompts({ analyse: sets.writer, write: sets.writer, verify: sets.verifier })
  if (folder === undefined) return builtIn
  assertAnyPrompt(folder, [ANALYSE.name, WRITE.name, VERIFY.name])
  const own = {
    analyse: templateIn(folder, ANALYSE),
    write: templateIn(folder, WRITE),
    verify: templateIn(folder, VERIFY),
  }
  const ofStages = <T>(choose: (stage: CausalnegStage) => T) =>
    Object.fromEntries(STAGES.map((stage) => [stage, choose(stage)])) as Record<CausalnegStage, T>
  return {
    versions: ofStages((stage) => own[stage]?.version ?? builtIn.versions[stage]),
    rules: ofStages((stage) => (own[stage] ? (own[stage].rule ?? PLAIN_RULE) : builtIn.rules[stage])),
    analyse: own.analyse?.render ?? builtIn.analyse,
    write: own.write?.render ?? builtIn.write,
    verify: own.verify?.render ?? builtIn.verify,
    small: new Set([...builtIn.small].filter((stage) => own[stage] === undefined)),
    givesReasons: own.verify !== undefined || builtIn.givesReasons,
  }
}

const STAGES: readonly CausalnegStage[] = ['analyse', 'write', 'verify']

function builtInPrompts(sets: Record<CausalnegStage, PromptSet>): CausalnegPrompts {
  const wordingOf = (stage: CausalnegStage): Wording => (sets[stage] === 'small' ? 'paper' : sets[stage])
  const versionOf = (stage: CausalnegStage) =>
    sets[stage] === 'small' ? smallVersion(stage) : promptVersion(stage, wordingOf(stage))
  return {
    versions: { analyse: versionOf('analyse'), write: versionOf('write'), verify: versionOf('verify') },
    rules: JSON_RULES,
    analyse: (input) => analyseMessages(input, wordingOf('analyse')),
    write: (input) => writeMessages(input, wordingOf('write')),
    verify: (input) => verifyMessages(input, wordingOf('verify')),
    small: new Set(STAGES.filter((stage) => sets[stage] === 'small')),
    givesReasons: sets.verify !== 'reasoning',
  }
}
