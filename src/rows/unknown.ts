// What is said of a file whose rows have no known format: what they look like, what is missing, and what to do.
import { isUtf8 } from 'node:buffer'
import { UsageError, messageOf } from '../base/errors.ts'
import { harmless } from '../base/harmless.ts'
import { isObject, type JsonObject } from '../base/json.ts'
import { textOf, type Line } from '../base/lines.ts'
import { FORMATS, resemblanceOf } from './formats/index.ts'

const KNOWN = () => `Known formats: ${FORMATS.map((format) => `${format.name} (${format.summary})`).join('; ')}`

/** @param line the first that is not blank */
export function notRows(path: string, line: Line | undefined): UsageError {
  if (line === undefined) return new UsageError(`${path} holds no row`)
  const why = isUtf8(line.bytes) ? whyNoObject(line) : 'it is not valid UTF-8'
  const place = line.place ?? `${path}:${line.number}`
  return new UsageError(
    `${place}: not a known format of training rows: no line is a JSON object; of this one, ${why}`,
    {
      hint: layoutHint(textOf(line)) ?? KNOWN(),
    },
  )
}

function whyNoObject(line: Line): string {
  try {
    JSON.parse(textOf(line))
    return 'it is JSON, but not an object'
  } catch (error) {
    return harmless(messageOf(error))
  }
}

/** Returns what to do about rows that are laid out in another way than one a line. */
function layoutHint(text: string): string | undefined {
  if (/^\{.*\}\s*,\s*$/.test(text))
    return 'Rows of JSON lines are not separated by commas: remove the comma at the end of each line.'
  if (/^\{.*\}\r\{/.test(text))
    return "Lines must end in a line feed, these end in a carriage return: tr '\\r' '\\n' < FILE > ROWS.jsonl"
  if (/^\{\s*("[^"]*":.*[^}\s]\s*)?$/.test(text))
    return 'Each row must be on a line of its own: jq -c . FILE > ROWS.jsonl'
  if (/^\{\s*'/.test(text)) return 'JSON has double quotes; this may be a Python dict: write it with json.dumps.'
  return undefined
}

export function unknownRows(path: string, line: Line, columns: JsonObject): UsageError {
  if (isByMiner(columns)) return negativesByMiner(path, line, columns)
  const found = `the first row has the columns ${Object.keys(columns).join(', ')}`
  const resemblance = resemblanceOf(columns)
  if (resemblance === undefined) {
    return new UsageError(`${path}: not a known format of training rows: ${found}`, { hint: KNOWN() })
  }
  const { format, missing } = resemblance
  const [names] = missing as [readonly string[]]
  const lacks = missing.map((each) => each.map((name) => JSON.stringify(name)).join(' or ')).join(' and ')
  const are = missing.length === 1 ? `its column ${lacks} is missing` : `its columns ${lacks} are missing`
  const isNegatives = names[0] === format.negativesColumn || names[0]?.startsWith('negative') === true
  return new UsageError(
    `${line.place ?? `${path}:${line.number}`}: this looks like ${format.title}, ${are}: ${found}`,
    {
      hint: isNegatives
        ? `Mine negatives with winnow mine, rename the column that holds them, or name another format with --format (${FORMATS.map(({ name }) => name).join(', ')}).`
        : `Rename the columns, or name another format with --format (${FORMATS.map(({ name }) => name).join(', ')}).`,
    },
  )
}

/** Returns whether a row is one of `sentence-transformers/msmarco-hard-negatives`: ids of passages, the negatives by their miner. */
const isByMiner = ({ qid, pos, neg }: JsonObject) =>
  qid !== undefined && Array.isArray(pos) && isObject(neg) && Object.values(neg).every((ids) => Array.isArray(ids))

function negativesByMiner(path: string, line: Line, { neg }: JsonObject): UsageError {
  const miners = harmless(Object.keys(neg as JsonObject).join(', '))
  return new UsageError(
    `${line.place ?? `${path}:${line.number}`}: these are hard negatives of MS MARCO by miner (qid, pos, neg with ${miners}): ids without texts`,
    {
      hint: `Write them as triples of ids, with collection.tsv and queries.tsv beside them: jq -r '.qid as $q | .pos[] as $p | [.neg[][]] | unique[] | [$q, $p, .] | @tsv' FILE > triples.tsv; .neg[][] takes all miners, .neg.bm25[] one.`,
    },
  )
}
