import { describe, expect, test } from 'vitest'
import { withIds } from '../ids.ts'
import type { JsonObject } from '../../base/json.ts'
import type { Passage, Row } from '../row.ts'
import { NO_NEGATIVE, type Fault } from './format.ts'
import { formatOf } from './index.ts'
import { msSwiftPair } from './labeled-pairs.ts'
import { msSwift, msSwiftReranker } from './ms-swift.ts'

const user = (content: unknown) => ({ role: 'user', content })
const assistant = (content: unknown) => ({ role: 'assistant', content })
const system = { role: 'system', content: 'Given a question, retrieve passages that answer it' }
const embedding: JsonObject = {
  messages: [system, user('why?')],
  positive_messages: [[user('because')]],
  negative_messages: [[user('no')], [user('never')]],
}
const reranker: JsonObject = {
  messages: [user('why?')],
  positive_messages: [[assistant('because')], [assistant('therefore')]],
  negative_messages: [[assistant('no')]],
}

function faultsOf(columns: JsonObject): Fault[] {
  const faults: Fault[] = []
  msSwift.read(columns, faults)
  return faults
}

function read(columns: JsonObject): Row {
  const faults: Fault[] = []
  const found = msSwift.read(columns, faults)
  expect(faults).toEqual([])
  if (found === undefined) throw new Error('not read')
  return withIds(found, 'q')
}

describe('reading', () => {
  test('rows of embedding and of rerankers, each told by the role of its passages', () => {
    expect([formatOf(embedding), formatOf(reranker)]).toEqual([msSwift, msSwiftReranker])
    const said = ({ query, passages }: Row) => [query, ...passages.map(({ label, text }) => `${label} ${text}`)]
    expect(said(read(embedding))).toEqual(['why?', 'positive because', 'negative no', 'negative never'])
    expect(said(read(reranker))).toEqual(['why?', 'positive because', 'positive therefore', 'negative no'])
  })

  test('labelled pairs are a format of their own, and graded ones are refused as what they are', () => {
    const pair = { messages: [user('q')], positive_messages: [[user('p')]], label: 0.8 }
    expect(formatOf(pair)).toBe(msSwiftPair)
    const faults: Fault[] = []
    msSwiftPair.read(pair, faults)
    expect(faults).toEqual([
      {
        code: 'graded-label',
        message:
          '"label" must be 1 or 0, found a number (0.8); graded pairs (similarity of sentences) have no relevant and irrelevant passages',
      },
    ])
    expect(faultsOf({ ...embedding, label: null })).toEqual([])
    expect(faultsOf({ ...embedding, label: 0 })).toMatchObject([{ code: 'labelled-pair' }])
  })

  const one = 'must be a list of one user message, after a system message at most; found'
  const either = 'must be a list of one user or assistant message, after a system message at most; found'
  test.each<[string, JsonObject, string[]]>([
    ['a string for messages', { messages: 'why?' }, [`"messages" ${one} a string ("why?")`]],
    ['no messages', { messages: [] }, [`"messages" ${one} an empty list`]],
    ['a system message alone', { messages: [system] }, [`"messages" ${one} the roles system`]],
    [
      'a talk',
      { messages: [user('q'), assistant('a'), user('r')] },
      [`"messages" ${one} the roles user, assistant, user`],
    ],
    ['an assistant who asks', { messages: [assistant('q')] }, [`"messages" ${one} the roles assistant`]],
    ['no role', { messages: [{ content: 'q' }] }, [`"messages" ${one} the roles no role`]],
    ['an empty query', { messages: [user(' ')] }, ['the query is empty']],
    [
      'parts for a content',
      { messages: [user([{ text: 'q' }])] },
      [`"messages" ${one} as its content a list ([{"text":"q"}])`],
    ],
    [
      'flat passages',
      { positive_messages: [user('p')], negative_messages: [['n']] },
      [
        `"positive_messages" position 1 ${either} an object ({"role":"user","content":"p"})`,
        `"negative_messages" position 1 ${either} the roles no role`,
      ],
    ],
    [
      'a text for a list',
      { negative_messages: 'n' },
      [
        '"negative_messages" must be a list, found a string ("n"); a trainer would read the string as a list of characters',
      ],
    ],
    ['no negatives', { negative_messages: [] }, ['the row has no negative passage']],
  ])('%s', (_what, columns, messages) => {
    expect(faultsOf({ ...embedding, ...columns }).map(({ message }) => message)).toEqual(messages)
  })
})

describe('writing', () => {
  test('a moved passage keeps its messages and all that runs beside them; the query its instruction', () => {
    const columns = {
      ...embedding,
      negative_messages: [
        [user('no')],
        [
          { role: 'system', content: 'Own.' },
          { ...user('never'), loss: 1 },
        ],
      ],
      positive_images: [['a.png']],
      negative_images: [[], ['b.png']],
      negative_ids: [1, 2],
    }
    const row = read(columns)
    const after: Row = {
      ...row,
      passages: [row.passages[0], { ...row.passages[2], label: 'positive' }, row.passages[1]] as Passage[],
    }
    expect(msSwift.relabel(columns, row, after)).toEqual({
      messages: embedding['messages'],
      positive_messages: [
        [user('because')],
        [
          { role: 'system', content: 'Own.' },
          { ...user('never'), loss: 1 },
        ],
      ],
      negative_messages: [[user('no')]],
      positive_images: [['a.png'], ['b.png']],
      negative_images: [[]],
      negative_ids: [1],
    })
  })

  test('a new passage has the shape of the others', () => {
    const added: Passage = { id: 'new', title: 'New', text: 'words', label: 'negative', origin: 'mined' }
    const withNew = (columns: JsonObject) => {
      const row = read(columns)
      const after = { ...row, passages: [...row.passages, added] }
      return (msSwift.relabel(columns, row, after)['negative_messages'] as unknown[]).at(-1)
    }
    expect(withNew(embedding)).toEqual([user('New words')])
    expect(withNew(reranker)).toEqual([assistant('New words')])
    const instructed = [system, user('New words')]
    // New negatives copy the row's other negatives, whatever the positives have; without negatives, they copy the positives.
    const positive_messages = [[system, user('because')]]
    expect(withNew({ ...embedding, positive_messages })).toEqual([user('New words')])
    expect(withNew({ ...embedding, negative_messages: [[system, user('no')]] })).toEqual(instructed)
    const faults: Fault[] = []
    const bare = { ...embedding, positive_messages, negative_messages: [] }
    const found = withIds(msSwift.read(bare, faults) as NonNullable<ReturnType<typeof msSwift.read>>, 'q')
    expect(faults.map(({ code }) => code)).toEqual([NO_NEGATIVE])
    const after = { ...found, passages: [...found.passages, added] }
    expect(msSwift.relabel(bare, found, after)['negative_messages']).toEqual([instructed])
  })

  test('a new row has the role of its kind', () => {
    const row = read(embedding)
    const { extra: _extra, ...bare } = row
    const { messages: _messages, ...passages } = embedding
    expect(msSwift.create(bare)).toEqual({ messages: [user('why?')], ...passages })
    expect(msSwiftReranker.create(read(reranker))).toEqual(reranker)
  })
})
