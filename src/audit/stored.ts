// Puts judgements into the ledger of the run, as replies of people: evidence for `winnow apply --human overrides` and `winnow explain`.
import { existsSync } from 'node:fs'
import { sha256 } from '../base/hash.ts'
import type { Hooks } from '../base/hooks.ts'
import { defaultLedger } from '../job/outputs.ts'
import { AUDIT, storeHuman, type AuditSettings, type HumanAnswer, type HumanQuestion } from '../job/stored/humans.ts'
import { isDatabase, openLedger } from '../llm/ledger/open.ts'
import { isWithoutGrade, type JudgementLine } from '../rows/audit-lines.ts'
import type { JudgementFile } from './judgement-file.ts'
import type { Sample, SampleItem } from './sample-file.ts'
import { SCALES, type Scale } from './scale.ts'

/** The version of what assessors are shown. */
const VERSION = 1

/**
 * Stores every judgement of a sample that stands. What is in the ledger already is found and not stored twice.
 * @param given the ledger to use in place of that of the sample
 * @returns null if there is no ledger
 */
export async function storeJudgements(
  { path, head, items }: Sample,
  judgements: JudgementFile,
  given: string | undefined,
  { onNotice }: Hooks,
): Promise<{ ledger: string; added: number } | null> {
  const places = [given ?? head.ledger ?? '', defaultLedger(path)]
  const place = given ?? places.find((each) => each !== '' && (isDatabase(each) || existsSync(each)))
  if (place === undefined) {
    onNotice?.('the judgements are in no ledger, because that of the run is not there: name it with --ledger')
    return null
  }
  const byId = new Map(items.map((item) => [item.item, item]))
  const standing = judgements.standing.all().filter((each) => each.sample === head.sample && byId.has(each.item))
  const scale = SCALES[head.settings.scale]
  const run = `r${sha256(JSON.stringify([AUDIT, head.sample]), 10)}`
  const ledger = await openLedger(place, { mustExist: true })
  try {
    const replies: string[] = []
    let added = 0
    for (const said of standing) {
      const question = questionOf(byId.get(said.item) as SampleItem, scale)
      const { key, isNew } = await storeHuman(ledger, run, question, answerOf(said))
      replies.push(key)
      if (isNew) added += 1
    }
    const people = [...new Set(standing.map(({ who }) => who))].toSorted()
    const settings: AuditSettings = { identities: { human: people.join(', ') }, limit: null, replies }
    await ledger.runs.start({
      id: run,
      inputHash: head.input.sha256,
      inputPath: head.input.path,
      method: AUDIT,
      settings: { ...settings },
      prompts: [promptOf(scale)],
    })
    await ledger.runs.finishGathering(run)
    return { ledger: ledger.path, added }
  } finally {
    await ledger.close()
  }
}

const promptOf = ({ name }: Scale) => `audit.${name}@${VERSION}`

function questionOf({ row, query, passage, title, text, task }: SampleItem, scale: Scale): HumanQuestion {
  const grades = scale.grades.map(({ grade, label, meaning }) => `${grade} ${label}: ${meaning}`)
  return {
    instructions: [task.definition, ...grades].join('\n'),
    prompt: promptOf(scale),
    row,
    query,
    passage,
    content: title === null ? text : `${title}\n${text}`,
  }
}

function answerOf({ row, passage, who, grade, relevant, when: at, seconds = 0 }: JudgementLine): HumanAnswer {
  const place = { row, passage, who }
  if (isWithoutGrade(grade)) return { ...place, verdict: grade, at, seconds }
  return { ...place, verdict: relevant === true ? 'relevant' : 'irrelevant', grade, at, seconds }
}
