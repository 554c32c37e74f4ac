// What people said of passages, as replies in the ledger: addressed by what an assessor was shown, and never changed. A judgement that
// replaces another is a further sample of the same request. The run of an audit names the replies that stand.
import { isObject } from '../../base/json.ts'
import type { Human } from '../../evidence/evidence.ts'
import type { ChatRequest } from '../../llm/chat.ts'
import { requestKey } from '../../llm/key.ts'
import type { Ledger } from '../../llm/ledger/ledger.ts'
import type { RunRecord } from '../../llm/ledger/run-record.ts'

/** The method of runs in which people were asked, and their stage. */
export const AUDIT = 'audit'
const HUMAN_STAGE = 'human'

/** What an assessor was shown. */
export interface HumanQuestion {
  /** What counts as relevant, and the grades to choose from. */
  instructions: string
  /** Such as `audit.graded@1`. */
  prompt: string
  row: string
  query: string
  passage: string
  content: string
}

/** An answer, with all that evidence needs. */
export type HumanAnswer = Omit<Human, 'kind' | 'stage'> & { row: string; seconds: number }

/** @param sample 0 for the first answer of this assessor to the question, 1 for the one that replaced it, and so on */
function humanRequest(
  { instructions, prompt, row, query, passage, content }: HumanQuestion,
  who: string,
  sample: number,
): ChatRequest {
  return {
    model: `human:${who}`,
    messages: [
      { role: 'system', content: instructions },
      { role: 'user', content: `${query}\n\n${content}` },
    ],
    temperature: 0,
    maxTokens: 0,
    sample,
    source: { method: AUDIT, stage: HUMAN_STAGE, prompt, row, query, part: passage, attempt: 1 },
  }
}

/** The settings of a run in which people were asked. */
export interface AuditSettings {
  identities: { human: string }
  limit: null
  /** Keys of the replies that stand, hex. */
  replies: string[]
}

/**
 * Stores an answer unless it is there already.
 * @returns the key of its reply, and whether it was new
 */
export async function storeHuman(
  ledger: Ledger,
  run: string,
  question: HumanQuestion,
  answer: HumanAnswer,
): Promise<{ key: string; isNew: boolean }> {
  const text = JSON.stringify(answer)
  for (let sample = 0; ; sample++) {
    const request = humanRequest(question, answer.who, sample)
    const key = requestKey(request)
    const [stored] = await ledger.findTexts([key])
    if (stored !== undefined && stored.text !== text) continue
    if (stored === undefined) {
      const { model, source } = request
      const given = { reply: { text, finishReason: 'stop' }, cost: 0, unsettled: 0, latencyMs: 1000 * answer.seconds }
      await ledger.append({ key, model, endpoint: HUMAN_STAGE, source, sample, run, ...given })
    }
    return { key: key.toString('hex'), isNew: stored === undefined }
  }
}

/**
 * Returns what people said of the passages of a row, by row id, over the input of a run. They are read at the first call.
 * @param run any run over the same input
 */
export function humansOf(ledger: Ledger, run: string): (row: string) => Promise<Human[]> {
  let byRow: Promise<Map<string, Human[]>> | undefined
  return async (row) => (await (byRow ??= humansByRow(ledger, run))).get(row) ?? []
}

interface KnownHumans {
  /** The audits, and when each was last stored. */
  stamp: string
  byRow: Map<string, Human[]>
}

/** Rows are often explained one by one, each from a source of its own. */
const known = new WeakMap<Ledger, KnownHumans>()

async function humansByRow(ledger: Ledger, run: string): Promise<Map<string, Human[]>> {
  const input = (await ledger.runs.get(run))?.inputHash
  const audits = input === undefined ? [] : (await ledger.runs.list(input)).filter(({ method }) => method === AUDIT)
  const stamp = audits.map(({ id, updatedMs }) => `${id} ${updatedMs}`).join(' ')
  const before = known.get(ledger)
  if (before?.stamp === stamp) return before.byRow
  const byRow = await readHumans(ledger, audits)
  known.set(ledger, { stamp, byRow })
  return byRow
}

async function readHumans(ledger: Ledger, audits: readonly RunRecord[]): Promise<Map<string, Human[]>> {
  const names = audits.flatMap(({ settings }) => (settings as unknown as AuditSettings).replies)
  const keys = [...new Set(names)].map((name) => Buffer.from(name, 'hex'))
  const answers = (await ledger.findTexts(keys)).flatMap((found) => answerIn(found?.text))
  // An assessor who saw a passage in two audits said last what was said later.
  const sorted = answers.toSorted((one, other) => (one.at < other.at ? -1 : 1))
  const last = new Map(sorted.map((answer) => [JSON.stringify([answer.row, answer.passage, answer.who]), answer]))
  const items = [...last.values()].map(({ row, passage, who, verdict, grade, at }) => {
    const item: Human = { kind: 'human', passage, stage: HUMAN_STAGE, who, verdict, at }
    return { row, item: grade === undefined ? item : { ...item, grade } }
  })
  const grouped = Map.groupBy(items, ({ row }) => row)
  return new Map([...grouped].map(([row, those]) => [row, those.map(({ item }) => item)]))
}

function answerIn(text: string | undefined): HumanAnswer[] {
  const value: unknown = text === undefined ? undefined : JSON.parse(text)
  return isObject(value) ? [value as unknown as HumanAnswer] : []
}
