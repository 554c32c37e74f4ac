// ms-swift rows for embedding (role user) and reranking (role assistant): {"messages", "positive_messages": [messages],
// "negative_messages"}. ms-swift drops lists that it does not know (`negative_origins`, …) when it loads a file.
import { isObject, type JsonObject } from '../../base/json.ts'
import { labelled, titleAndText, type Label, type Passage } from '../row.ts'
import { datasetIn, passagesIn, relabelLists, withoutScoreLists, withScoreLists, type Prefixes } from './beside.ts'
import { checkShape, describe, listIn, NO_NEGATIVE, type Fault, type ParsedRow, type RowFormat } from './format.ts'
import { withOriginLists } from './origins.ts'

const PREFIXES: Prefixes = { positive: 'positive', negative: 'negative' }

/** The format of embedding training, which uses the first positive of a row. */
export const msSwift: RowFormat = {
  ...rowsOf('user'),
  name: 'ms-swift',
  summary: 'ms-swift, embedding: messages, positive_messages, negative_messages of the role user',
  takesFirstPositive: true,
}

export const msSwiftReranker: RowFormat = {
  ...rowsOf('assistant'),
  name: 'ms-swift-reranker',
  summary: 'ms-swift, reranker: the same columns, passages of the role assistant',
}

/** @param role of the passages */
function rowsOf(role: 'user' | 'assistant'): Omit<RowFormat, 'name' | 'summary'> {
  return {
    title: 'ms-swift rows',
    wanted: [['messages'], ['positive_messages'], ['negative_messages']],
    negativesColumn: 'negative_messages',
    ownColumns: /^(dataset$|(positive|negative)_)/,
    tellsSourcesByOrder: true,

    matches: (columns) =>
      'messages' in columns &&
      'positive_messages' in columns &&
      'negative_messages' in columns &&
      (roleIn(columns) ?? 'user') === role,

    read,

    relabel(columns, before, after) {
      return relabelLists(columns, PREFIXES, before, after, (passage, suffix) =>
        suffix === '_messages' ? messagesOf(passage, templateIn(columns, role, passage.label)) : undefined,
      )
    },

    create(row) {
      const messages = (passage: Passage) => messagesOf(passage, [{ role }])
      return {
        messages: [{ role: 'user', content: row.query }],
        positive_messages: labelled(row, 'positive').map(messages),
        negative_messages: labelled(row, 'negative').map(messages),
        ...(row.dataset !== undefined && { dataset: row.dataset }),
        ...row.extra,
      }
    },

    withScores: (columns, row, isMixed = false) => withScoreLists(columns, PREFIXES, row, isMixed),
    withoutScores: (columns) => withoutScoreLists(columns, PREFIXES),
    withOrigins: (columns, row) => withOriginLists(columns, PREFIXES, row),
  }
}

function read(columns: JsonObject, faults: Fault[]): ParsedRow | undefined {
  const { messages, positive_messages: _positive, negative_messages: _negative, ...extra } = columns
  const { label } = columns
  if (label !== undefined && label !== null) {
    const message = `the row is a labelled pair ("label": ${JSON.stringify(label)}), not a query with positives and negatives`
    faults.push({ code: 'labelled-pair', message })
    return undefined
  }
  const positive = listIn(columns, 'positive_messages', faults)
  const negative = listIn(columns, 'negative_messages', faults)
  const query = contentIn(messages, () => '"messages"', ['user'], faults)
  if (query !== undefined) checkShape(query, positive, negative, faults)
  if (positive === undefined || negative === undefined || query === undefined) return undefined
  const passages = (side: 'positive' | 'negative', lists: unknown[]) => {
    const textOf = (list: unknown, index: number) => {
      const where = () => `"${side}_messages" position ${index + 1}`
      return contentIn(list, where, ['user', 'assistant'], faults) ?? ''
    }
    return passagesIn(columns, PREFIXES, side, lists, textOf, faults)
  }
  const [positives, negatives] = [passages('positive', positive), passages('negative', negative)]
  if (faults.some(({ code }) => code !== NO_NEGATIVE)) return undefined
  const [dataset, prompt] = [datasetIn(columns), systemIn(messages)]
  return { id: undefined, query, dataset, prompt, passages: positives.concat(negatives), extra }
}

/** Returns the system message, which may hold the instruction. */
function systemIn(messages: unknown): string | undefined {
  const [first] = Array.isArray(messages) ? (messages as unknown[]) : []
  if (!isObject(first) || first['role'] !== 'system') return undefined
  return typeof first['content'] === 'string' ? first['content'] : undefined
}

/** Returns the content of the only message with one of the roles, which may follow a system message; otherwise undefined, with a fault. */
function contentIn(list: unknown, where: () => string, roles: readonly string[], faults: Fault[]): string | undefined {
  const wrong = (found: string) => {
    const wanted = `${where()} must be a list of one ${roles.join(' or ')} message, after a system message at most`
    faults.push({ code: 'wrong-type', message: `${wanted}; found ${found}` })
    return undefined
  }
  if (!Array.isArray(list)) return wrong(describe(list))
  const found = list.map((message) => (isObject(message) ? message['role'] : undefined))
  const isShaped = found.length === 1 || (found.length === 2 && found[0] === 'system')
  if (!isShaped || !roles.includes(found.at(-1) as string)) {
    const named = found.map((role) => (typeof role === 'string' ? role : 'no role'))
    return wrong(found.length === 0 ? 'an empty list' : `the roles ${named.join(', ')}`)
  }
  const content: unknown = (list.at(-1) as JsonObject)['content']
  return typeof content === 'string' ? content : wrong(`as its content ${describe(content)}`)
}

/**
 * Returns the messages of the row's first passage with the label, else of any. New passages are written like that one, so that their form
 * does not reveal their origin.
 */
function templateIn(columns: JsonObject, role: string, label: Label = 'positive'): JsonObject[] {
  const firstOf = (side: 'positive' | 'negative') => {
    const list = columns[`${side}_messages`]
    if (!Array.isArray(list)) return undefined
    return list.find((messages): messages is JsonObject[] => Array.isArray(messages) && messages.length > 0)
  }
  const [positive, negative] = [firstOf('positive'), firstOf('negative')]
  return (label === 'negative' ? (negative ?? positive) : (positive ?? negative)) ?? [{ role }]
}

/** Writes a passage in messages like those of another one. */
function messagesOf(passage: Passage, template: readonly JsonObject[]): JsonObject[] {
  const content = titleAndText(passage)
  return [...template.slice(0, -1), { ...template.at(-1), content }]
}

/** Returns the role of the row's first passage. */
function roleIn(columns: JsonObject): unknown {
  return templateIn(columns, 'user').at(-1)?.['role']
}
