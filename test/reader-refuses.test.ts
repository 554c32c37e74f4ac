// The reader of RLHN's replies returns a verdict only if there is exactly one, complete and about the documents shown.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { UnreadableReply } from '../src/llm/read.ts'
import { rlhnPrompt } from '../src/methods/rlhn/prompt.ts'
import { readReasoned } from '../src/methods/rlhn/reasoned.ts'
import { readRlhnReply, type RlhnReply } from '../src/methods/rlhn/reply.ts'
import type { Passage } from '../src/rows/row.ts'
import { clean } from '../src/commands/clean/clean.ts'
import { startChatServer } from './support/chat-server.ts'
import { dataPath, describeWithData } from './support/data.ts'
import { outputsAt, readJsonl, tempDir, writeJsonl } from './support/files.ts'
import { askedIn, makeRows, replyWith } from './support/synthetic.ts'

const DOCUMENTS = 25

/** Why a text gives no verdict; undefined when it gives one. */
function whyUnread(text: string, count = DOCUMENTS): string | undefined {
  try {
    readRlhnReply(text, count)
    return undefined
  } catch (error) {
    if (!(error instanceof UnreadableReply)) throw error
    expect(error.message).not.toBe('')
    return error.why
  }
}

const lists = ({ better, worse }: RlhnReply) => ({ better, worse })
const read = (text: string, count = DOCUMENTS) => lists(readRlhnReply(text, count))
const verdict = (better: string, worse = '[]') =>
  `<thinking>x</thinking><verdict> <better> ${better} </better>, <worse> ${worse} </worse> </verdict>`

const asPassage = ({ docid: id, text }: { docid: string; text: string }): Passage => ({
  id,
  text,
  label: 'negative',
  origin: 'given',
})

/** Cuts the file of failed replies into its texts: each begins with a line like `q18 0 p3535 `. */
function malformedReplies(): string[] {
  const file = readFileSync(dataPath('malformed-replies', 'pointwise-errors.txt'), 'utf8')
  return file.split(/^q\d+ 0 p\S*/m).slice(1)
}

const listwiseReplies = (): string[] =>
  gunzipSync(readFileSync(dataPath('listwise-replies', 'vicuna-7b.jsonl.gz')))
    .toString()
    .trimEnd()
    .split('\n')
    .map((line) => (JSON.parse(line) as { response: string }).response)

/** Runs rows whose model gives these texts; returns the undecided ones. */
async function cleanWith(texts: string[]) {
  const folder = tempDir()
  const rows = makeRows(texts.length)
  const input = writeJsonl(join(folder, 'rows.jsonl'), rows)
  const out = join(folder, 'cleaned.jsonl')
  const byQuery = new Map(rows.map(({ query }, index) => [query, texts[index] ?? '']))
  const server = await startChatServer({ reply: (request) => ({ text: byQuery.get(askedIn(request)) ?? '' }) })
  const options = { out, judge: `m@${server.url}` }
  // The check stops such a model; what its replies would do is seen without it.
  await expect(clean(input, options, { env: {} })).rejects.toThrow(/gave nothing readable about \d+ of \d+ canaries/)
  const { rows: counts } = await clean(input, { ...options, noCheck: true }, { env: {} })
  await server.close()
  const { rows: written, changes } = outputsAt(out)
  expect([written, changes]).toEqual([rows.map((row) => `${JSON.stringify(row)}\n`).join(''), ''])
  return counts
}

describeWithData('malformed-replies', 'what small models answer when they fail', () => {
  it('gives no verdict', () => {
    const texts = malformedReplies()
    expect(texts).toHaveLength(572)
    for (const text of texts) expect(whyUnread(text), text).toBeDefined()
  })

  it('makes every row undecided and leaves it as it was', async () => {
    const { outcomes } = await cleanWith(malformedReplies().filter((_text, index) => index % 19 === 0))
    expect(outcomes).toEqual({ kept: 0, changed: 0, dropped: 0, undecided: 31 })
  })
})

describeWithData('listwise-replies', 'rankings where a verdict was asked for', () => {
  it('give no verdict', () => {
    const texts = listwiseReplies()
    expect(texts).toHaveLength(387)
    for (const text of texts) expect(whyUnread(text), text).toBeDefined()
  })

  it('make every row undecided and leave it as it was', async () => {
    const { outcomes } = await cleanWith(listwiseReplies().slice(0, 20))
    expect(outcomes).toEqual({ kept: 0, changed: 0, dropped: 0, undecided: 20 })
  })
})

describeWithData('rlhn', 'recorded replies of RLHN', () => {
  const recorded = (name: string) =>
    readJsonl<{ response: string; negative_passages: { docid: string; text: string }[] }>(dataPath('rlhn', name)).map(
      ({ response, negative_passages: shown }) => ({ response, count: shown.length, documents: shown.map(asPassage) }),
    )
  const STAGES: [string, object][] = [
    ['fiqa.stage_1.gpt-4o-mini.jsonl', { replies: 25, flagged: 17, better: 5 }],
    ['fiqa.stage_2.gpt-4o.jsonl', { replies: 17, flagged: 10, better: 2, worse: 21 }],
  ]

  it.each(STAGES)('all read: %s', (name, counts) => {
    const replies = recorded(name).map(({ response, documents }) =>
      readReasoned(response, documents, rlhnPrompt('judge').form),
    )
    const flagged = replies.filter(({ better, worse }) => better.length + worse.length > 0)
    expect({
      replies: replies.length,
      flagged: flagged.length,
      better: replies.flatMap(({ better }) => better).length,
      worse: replies.flatMap(({ worse }) => worse).length,
    }).toMatchObject(counts)
    for (const { better, worse, reasonFor } of flagged)
      for (const document of [...better, ...worse]) expect(reasonFor(document)).toMatch(/\w{3}/)
  })

  it('give nothing when cut off anywhere, or when fewer documents were shown', () => {
    for (const [name] of STAGES) {
      for (const { response, count } of recorded(name)) {
        const end = response.indexOf('</verdict>') + '</verdict>'.length
        const start = response.indexOf('<verdict>')
        for (let cut = 0; cut < end; cut += cut < start - 1 ? 41 : 1) {
          expect(whyUnread(response.slice(0, cut), count), response.slice(start, cut)).toBeDefined()
        }
        const { better, worse } = readRlhnReply(response, count)
        const last = Math.max(0, ...better, ...worse)
        if (last > 0) expect(whyUnread(response, last - 1)).toBe('out-of-range')
      }
    }
  })
})

/** Two lists without a number in common. */
const twoLists = fc
  .uniqueArray(fc.integer({ min: 1, max: DOCUMENTS }), { maxLength: 8 })
  .chain((numbers) => fc.tuple(fc.constant(numbers), fc.nat({ max: numbers.length })))
  .map(([numbers, at]) => [numbers.slice(0, at), numbers.slice(at)] as const)

describe('a well-formed reply', () => {
  it('is read for what it says', () => {
    fc.assert(
      fc.property(twoLists, ([better, worse]) => {
        expect(read(replyWith(better, worse))).toEqual({ better, worse })
      }),
    )
  })

  it('gives nothing when it is cut off anywhere', () => {
    fc.assert(
      fc.property(twoLists, ([better, worse]) => {
        const reply = replyWith(better, worse)
        for (let cut = 0; cut < reply.length; cut++) expect(whyUnread(reply.slice(0, cut))).toBeDefined()
      }),
      { numRuns: 25 },
    )
  })

  it('gives nothing when a second verdict stands anywhere in it', () => {
    fc.assert(
      fc.property(twoLists, twoLists, fc.nat(), ([better, worse], [others, rest], at) => {
        const reply = replyWith(better, worse)
        const block = /<verdict>.*<\/verdict>/s.exec(replyWith(others, rest))?.[0] ?? ''
        const position = at % (reply.length + 1)
        expect(whyUnread(reply.slice(0, position) + block + reply.slice(position))).toBeDefined()
      }),
      { numRuns: 500 },
    )
  })

  it('gives nothing when a number is out of range or in both lists', () => {
    fc.assert(
      fc.property(twoLists, fc.integer({ min: 1, max: 400 }), ([better, worse], beyond) => {
        expect(whyUnread(replyWith([...better, 0], worse))).toBe('out-of-range')
        expect(whyUnread(replyWith(better, [...worse, DOCUMENTS + beyond]))).toBe('out-of-range')
        const [first = 1] = [...better, ...worse]
        expect(whyUnread(replyWith([...better, first], [first, ...worse]))).toBe('contradictory')
      }),
    )
  })

  it('never throws anything but that it cannot be read, whatever the text', () => {
    const tags = ['verdict', 'better', 'worse', 'thinking'].flatMap((tag) => [`<${tag}>`, `</${tag}>`])
    const words = ['Doc (1)', '[', ']', 'Doc 3', ':', ', ', 'none', '99999999999999999999', '(0)', 'text', '\n', 'İ']
    const pieces = fc.constantFrom(...tags, ...words)
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 30 }), (parts) => void whyUnread(parts.join(''))),
      { numRuns: 3000 },
    )
  })
})

describe('lenient reading', () => {
  const THREE = { better: [3], worse: [] }
  it.each([
    ['Doc (3)'],
    ['Doc 3'],
    ['Doc(3)'],
    ['doc (3)'],
    ['DOC (3)'],
    ['Document (3)'],
    ['Document 3'],
    ['Document(3)'],
    ['[3]'],
    ['(3)'],
    ['["Doc (3)"]'],
    ['**[Doc (3)]**'],
    ['`[Doc (3)]`'],
    ['[Doc (3),]'],
    ['[Doc (3)]'],
    ['[Doc 3]'],
    ['[Document (3)]'],
    ['[ Doc ( 3 ) ]'],
    ['[Doc (3), Doc (3)]'],
    ['Preferred over ground truth: [Doc (3)]'],
    ['Preferred over or equally as ground truth:[Doc (3)]'],
    ['Preferred over ground truth: Doc (3)'],
    ['Preferred over ground truth:\n[\n  Doc (3)\n]'],
    ['Preferred over ground truth [Doc (3)]'],
  ])('reads %s', (list) => {
    expect(read(verdict(list))).toEqual(THREE)
    expect(read(verdict(list).toUpperCase())).toEqual(THREE)
    const weaker = list.replace(/Preferred over(?: or equally as)?/, 'Relevant but not preferred over')
    expect(read(verdict('[]', weaker))).toEqual({ better: [], worse: [3] })
  })

  it.each([['[Doc (3), Doc (5)]'], ['Doc (3), Doc (5)'], ['Doc 3, Doc 5'], ['[3], [5]'], ['[3, 5]'], ['[[3], [5]]']])(
    'reads several: %s',
    (list) => expect(read(verdict(list))).toEqual({ better: [3, 5], worse: [] }),
  )

  it.each([['[]'], ['[ ]'], ['Preferred over ground truth: []'], ['none'], ['None.']])('reads nothing: %s', (list) => {
    expect(read(verdict(list, list))).toEqual({ better: [], worse: [] })
  })
})

describe('strict reading', () => {
  it.each([
    ['an open bracket', verdict('[Doc (3)')],
    ['an exception', verdict('All documents except: [Doc (1)]')],
    ['an exception without brackets', verdict('Everything but: 1, 2')],
    ['none of the following', verdict('None of the following: [Doc (1), Doc (2)]')],
    ['a denial without a colon', verdict('None is preferred over the ground truth [Doc (2)]')],
    ['a doubt', verdict('I am not sure about: Doc (2)')],
    ['what is not relevant', verdict('[]', 'Not relevant documents: [Doc (4), Doc (5)]')],
    ['irrelevant documents as better', verdict('Irrelevant: [Doc (12)]')],
    ['not', verdict('Not: [Doc (12)]')],
    ['rejected documents', verdict('Rejected: [Doc (12)]')],
    ['documents that are not relevant', verdict('[]', 'Non-relevant documents: [Doc (12)]')],
    ['what is not preferred, relevant or not', verdict('[]', 'Not preferred over ground truth: [Doc (12)]')],
    ['a label that nobody asked for, be the list empty', verdict('Discarded: []')],
    ['the other list', verdict('Relevant but not preferred over ground truth: [Doc (1)]')],
    ['the other list again', verdict('[]', 'Preferred over ground truth: [Doc (1)]')],
    ['a bare number, which may be a count', verdict('Preferred over ground truth: 2')],
    ['a name and a bare number', verdict('Doc (1) 2')],
    ['a correction after the verdict', `${verdict('[Doc (1)]')} Wait, (3) should be in better.`],
    ['a retraction after the verdict', `${verdict('[Doc (1)]')} I take that back.`],
    [
      'a preference that says the opposite',
      `<preference>Doc (1): WORSE. So it is.</preference>${verdict('[Doc (1)]')}`,
    ],
    ['the form of the prompt', verdict('Preferred over ground truth: [Doc (i), Doc (j)]', '[Doc (k)]')],
    ['a range', verdict('[Doc (3) - Doc (5)]')],
    ['a short range', verdict('[Doc (3-5)]')],
    ['a list that goes on', verdict('[Doc (3), ...]')],
    ['a maybe', verdict('[Doc (3)?]')],
    ['a remark in the list', verdict('[Doc (3), but only in part]')],
    ['a fraction', verdict('[Doc (3.5)]')],
    ['a negative number', verdict('[Doc (-3)]')],
    ['a number in words', verdict('[Doc (three)]')],
    ['a negation', verdict('not Doc (3)')],
    ['none, and why', verdict('None, not even Doc (3)')],
    ['all but one', verdict('All except Doc (3)')],
    ['nothing at all', verdict('')],
    ['a label alone', verdict('Preferred over ground truth:')],
    ['one list only', '<verdict><better>[Doc (3)]</better></verdict>'],
    ['three lists', '<verdict><better>[]</better><worse>[]</worse><better>[]</better></verdict>'],
    ['a list in a list', '<verdict><better>[] <worse>[]</worse></better></verdict>'],
    ['a verdict inside the thinking', `<thinking> ${verdict('[Doc (3)]').replace('<thinking>x</thinking>', '')}`],
    ['second thoughts after the verdict', `${verdict('[Doc (3)]')} Actually, Doc (4) is better.`],
    ['second thoughts inside the verdict', verdict('[Doc (3)]').replace('</verdict>', 'Also Doc (4).</verdict>')],
    [
      'another verdict with spaces in its tags',
      `${verdict('[]').replaceAll('verdict>', 'verdict >')}${verdict('[3]')}`,
    ],
  ])('refuses %s', (_name, text) => expect(whyUnread(text)).toBeDefined())
})
