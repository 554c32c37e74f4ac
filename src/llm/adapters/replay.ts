// Answers from recorded replies instead of a model: for demonstrations, for tests, and to read other people's recordings.
import { UsageError } from '../../base/errors.ts'
import { sha256 } from '../../base/hash.ts'
import { isObject, textOfScalar, type JsonObject } from '../../base/json.ts'
import { readLines, textOf } from '../../base/lines.ts'
import type { ChatModel, ChatReply, ChatRequest, Completion, Price, Usage } from '../chat.ts'
import { CallError } from '../errors.ts'

/**
 * One recorded reply. It answers requests about its row (`query_id`, else `query`); if it names a `stage`, `part` or `attempt`, only those.
 * RLHN's own row files with a `response` have this shape.
 */
interface Recording {
  stage: string | undefined
  part: string | undefined
  attempt: number | undefined
  reply: ChatReply
}

export class ReplayModel implements ChatModel {
  readonly identity: string
  readonly endpoint: string
  readonly price: Price = { input: 0, output: 0 }
  readonly isRecorded = true
  readonly #byRow: Map<string, Recording[]>
  readonly #byQuery: Map<string, Recording[]>

  private constructor(
    path: string,
    identity: string,
    byRow: Map<string, Recording[]>,
    byQuery: Map<string, Recording[]>,
  ) {
    this.identity = identity
    this.endpoint = `replay:${path}`
    this.#byRow = byRow
    this.#byQuery = byQuery
  }

  /**
   * Reads a file of recordings (JSON lines, plain or gzip). The identity holds a hash of the contents, so other recordings get other keys.
   * @throws UsageError naming file and line of an invalid recording
   */
  static async open(path: string, tag?: string): Promise<ReplayModel> {
    const byRow = new Map<string, Recording[]>()
    const byQuery = new Map<string, Recording[]>()
    let contents = ''
    for await (const lines of readLines(path)) {
      for (const line of lines) {
        const text = textOf(line)
        if (text.trim() === '') continue
        contents = sha256(contents + text)
        const record = parseRecord(text, `${path}:${line.number}`)
        const id = textOfScalar(record['query_id'])
        if (id !== undefined) push(byRow, id, recordingOf(record))
        if (typeof record['query'] === 'string') push(byQuery, record['query'], recordingOf(record))
      }
    }
    const name = path.split(/[\\/]/).at(-1) ?? path
    return new ReplayModel(path, tag ? `replay#${tag}` : `replay:${name}#${contents.slice(0, 8)}`, byRow, byQuery)
  }

  complete({ source }: ChatRequest): Promise<Completion> {
    const known = this.#byRow.get(source.row) ?? this.#byQuery.get(source.query) ?? []
    const fitting = known.filter(
      ({ stage, part, attempt }) =>
        (stage === undefined || stage === source.stage) &&
        (part === undefined || part === source.part) &&
        (attempt === undefined || attempt === source.attempt),
    )
    const texts = new Set(fitting.map(({ reply }) => reply.text))
    const [first] = fitting
    if (first && texts.size === 1) return Promise.resolve({ reply: first.reply })
    const what = first ? `${texts.size} different recorded replies` : 'no recorded reply'
    const message = `${this.endpoint} has ${what} for row ${source.row} (${source.stage}, part ${source.part}, attempt ${source.attempt})`
    return Promise.reject(new CallError('not-recorded', message, { remedy: 'give-up' }))
  }
}

function push(map: Map<string, Recording[]>, key: string, recording: Recording): void {
  const list = map.get(key)
  if (list) list.push(recording)
  else map.set(key, [recording])
}

function parseRecord(text: string, where: string): JsonObject {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (error) {
    throw new UsageError(`${where}: invalid JSON in a file of recorded replies`, { cause: error })
  }
  if (
    !isObject(value) ||
    typeof value['response'] !== 'string' ||
    typeof (value['query'] ?? value['query_id']) !== 'string'
  ) {
    throw new UsageError(
      `${where}: not a recorded reply; needed: "response" and one of "query", "query_id", all strings`,
    )
  }
  return value
}

function recordingOf(record: JsonObject): Recording {
  const { response, finish_reason: finish, stage, part, attempt, usage } = record
  const reason: unknown = Array.isArray(finish) ? finish[0] : finish
  const tokens = usageOf(usage)
  return {
    stage: typeof stage === 'string' ? stage : undefined,
    part: part === undefined ? undefined : textOfScalar(part),
    attempt: typeof attempt === 'number' ? attempt : undefined,
    reply: {
      text: String(response),
      finishReason: typeof reason === 'string' ? reason : '',
      ...(tokens && { usage: tokens }),
    },
  }
}

function usageOf(usage: unknown): Usage | undefined {
  if (!isObject(usage)) return undefined
  const { prompt_tokens: input, completion_tokens: output } = usage
  return typeof input === 'number' && typeof output === 'number'
    ? { input, output, cached: 0, reasoning: 0 }
    : undefined
}
