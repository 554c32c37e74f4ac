import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as fc from 'fast-check'
import { afterAll, describe, expect, it, test } from 'vitest'
import { sha256 } from '../../base/hash.ts'
import type { ChatMessage } from '../../llm/chat.ts'
import type { Passage, Row } from '../../rows/row.ts'
import { PROMPT_SETS, type PromptSet } from '../../prompts/prompt-set.ts'
import { BUILT_IN_TASKS } from '../../tasks/built-in.ts'
import type { Task } from '../../tasks/task.ts'
import { STRATEGIES, type Analysis } from '../../evidence/evidence.ts'
import { analyseMessages } from './analyse-prompt.ts'
import { causalnegPromptsOf } from './own-prompt.ts'
import { promptVersion } from './prompt.ts'
import { verifyMessages } from './verify-prompt.ts'
import { writeMessages, type Order } from './write-prompt.ts'

const [task] = BUILT_IN_TASKS as [Task]
const passage = (label: Passage['label'], text: string, title?: string): Passage => ({
  id: text,
  text,
  label,
  origin: 'given',
  ...(title !== undefined && { title }),
})
const rowOf = (query: string, positive: string, reference: string, title?: string): Row => ({
  id: 'q1',
  query,
  passages: [passage('positive', positive, title), passage('negative', reference, title)],
})
const row = rowOf(
  'Why is the sky blue?',
  'Air scatters short waves most.',
  'The sea is blue, too, for other reasons.',
  'Light',
)
const analysisOf = (text: string): Analysis => ({
  kind: 'analysis',
  stage: 'analyse',
  model: 'm',
  prompt: 'p',
  need: text,
  meets: text,
  boundary: text,
  requirements: [
    { text, isCritical: true },
    { text: `${text} too`, isCritical: false },
  ],
  perturbations: [],
})
const analysis = analysisOf('names the sky')
const ordersOf = (text: string): Order[] => [
  { number: 1, requirement: 1, strategy: 'entity_shift', how: text },
  { number: 2, requirement: 2, strategy: 'relation_break', how: '', refused: { text, title: text, why: text } },
]
const lastOf = (messages: ChatMessage[]) => messages.at(-1)?.content ?? ''

/** Returns every kind of prompt about these texts. */
const promptsOf = (about: Row, found: Analysis, said: string): ChatMessage[][] => [
  analyseMessages({ task, row: about, strategies: STRATEGIES }),
  writeMessages({
    task,
    row: about,
    analysis: found,
    orders: ordersOf(said),
    references: about.passages.slice(1),
    hasTitles: true,
  }),
  verifyMessages({ task, row: about, analysis: found, passage: { text: said, title: said } }),
]

const both = (set: PromptSet) => ({ writer: set, verifier: set })

test('the wording of each version is pinned: change it and you must raise the version', () => {
  const pins = PROMPT_SETS.flatMap((set) =>
    Object.values(causalnegPromptsOf(undefined, both(set)).versions).map(({ name, hash }) => `${name} ${hash}`),
  )
  expect(pins).toMatchInlineSnapshot(`
    [
      "causalneg.analyse@3 fb45413b2e4d06c1",
      "causalneg.write@2 396c6749ea1790b9",
      "causalneg.verify@2 faa3712479e62f6d",
      "causalneg.analyse.small@1 a6a3f61d940d6de2",
      "causalneg.write.small@1 ef79a877cdfb3a15",
      "causalneg.verify.small@1 865725ba8e95e159",
      "causalneg.analyse@3 fb45413b2e4d06c1",
      "causalneg.write@2 396c6749ea1790b9",
      "causalneg.verify.reasoning@1 ba72ce6ef3c62a54",
      "causalneg.analyse@2 b5403a17d7e8b250",
      "causalneg.write@1 8bfae11f7f9c1b4d",
      "causalneg.verify@1 eb499f25bcf7b553",
    ]
  `)
})

test('the rendering for every built-in task is pinned', () => {
  const hashes = BUILT_IN_TASKS.filter(({ exempt }) => !exempt.includes('causalneg')).map((each) => {
    const rendered = [
      analyseMessages({ task: each, row, strategies: STRATEGIES }),
      writeMessages({ task: each, row, analysis, orders: ordersOf('x'), references: [], hasTitles: false }),
      verifyMessages({ task: each, row, analysis, passage: { text: 'x' } }),
    ]
    return [each.name, sha256(JSON.stringify(rendered), 12)]
  })
  expect(Object.fromEntries(hashes)).toMatchInlineSnapshot(`
    {
      "citation": "ee2c0582a41a",
      "duplicate-question": "76821aaf54a2",
      "entailment": "6d74c83aabe2",
      "fact-check": "c6ef2f1eddda",
      "multi-hop": "b3589e626d87",
      "question-answering": "478936f56b91",
      "semantic-similarity": "658a6b10701c",
      "summary": "032815c8c56c",
      "translation": "f4f00c2da69c",
      "web-search": "39ffe9661445",
    }
  `)
})

test('what the writer sees', () => {
  const references = row.passages.slice(1)
  expect(lastOf(writeMessages({ task, row, analysis, orders: ordersOf('the sea'), references, hasTitles: true })))
    .toMatchInlineSnapshot(`
    "<query>
    Why is the sky blue?
    </query>

    <relevant>
    Relevant (1): Light
    Air scatters short waves most.
    </relevant>

    <analysis>
    Need: names the sky
    Met by: names the sky
    Boundary: names the sky
    Requirement (1) [critical]: names the sky
    Requirement (2) [minor]: names the sky too
    </analysis>

    <references>
    Reference (1): Light
    The sea is blue, too, for other reasons.
    </references>

    <passages>
    Passage (1): breaks requirement 1 by entity_shift: the sea
    Passage (2): breaks requirement 2 by relation_break: it names the same things, but another relation between them, or none
    An earlier version was refused, because the sea. It read: the sea
    the sea
    </passages>

    Write about 30 characters for each passage, never fewer than 15 nor more than 80."
  `)
})

test('what the verifier sees: neither what should be broken nor which requirements are critical', () => {
  const shown = lastOf(verifyMessages({ task, row, analysis, passage: { text: 'The sea is deep.' } }))
  expect(shown).toMatchInlineSnapshot(`
    "<query>
    Why is the sky blue?
    </query>

    <boundary>
    names the sky
    </boundary>

    <requirements>
    Requirement (1): names the sky
    Requirement (2): names the sky too
    </requirements>

    <text>
    The sea is deep.
    </text>"
  `)
})

test('only the strategies that may be used are named, in the order that the row prefers', () => {
  const messages = analyseMessages({ task, row, strategies: ['relation_break', 'entity_shift'] })
  expect(lastOf(messages)).toContain('<kinds>\nrelation_break, entity_shift\n</kinds>')
  const all = messages.map(({ content }) => content).join('\n')
  expect(all).not.toMatch(/intent_drift|constraint_violation|attribute_shift|upstream_downstream/)
  // The order does not change the instructions, so servers can cache them.
  expect(analyseMessages({ task, row, strategies: ['entity_shift', 'relation_break'] })[0]).toEqual(messages[0])
})

test('every prompt that speaks of answering says that a wrong, partial or denied answer is one', () => {
  const [analyse, write, verify] = promptsOf(row, analysis, 'x').map(([system]) => system?.content ?? '')
  expect(analyse).toMatch(/wrongly, in part or only to deny it/)
  expect(write).toMatch(/A wrong answer, a part of one, one that is denied/)
  expect(verify).toMatch(/be it wrong, in part, uncertain, or in order to deny it/)
})

describe('no text can pass for a part of the prompt', () => {
  const TAGS = [
    'query',
    'relevant',
    'analysis',
    'references',
    'passages',
    'boundary',
    'requirements',
    'kinds',
    'text',
    'think',
  ]
  const LABELS = ['Relevant', 'Reference', 'Requirement', 'Passage']
  const pieces = fc.constantFrom(
    '<',
    '/',
    '>',
    ' ',
    '\n',
    '(',
    ')',
    '1',
    '23',
    'a',
    ...TAGS,
    ...LABELS,
    '</text>',
    '\nPassage (2): ',
    '<query>\n',
  )
  const hostile = fc.array(pieces, { minLength: 1, maxLength: 20 }).map((parts) => parts.join(''))
  const tag = new RegExp(`<[^\\S\\n]*/?[^\\S\\n]*(?:${TAGS.join('|')})\\b`, 'gi')
  const label = new RegExp(`\\b(?:${LABELS.join('|')})\\s*\\(\\s*\\d+\\s*\\)`, 'gi')
  const found = (pattern: RegExp) => (messages: ChatMessage[]) => lastOf(messages).match(pattern)

  it('whatever stands in query, titles, passages, analysis and orders', () => {
    const plain = promptsOf(rowOf('q', 'a', 'b', 't'), analysisOf('c'), 'd')
    fc.assert(
      fc.property(hostile, hostile, hostile, hostile, hostile, hostile, (query, one, other, title, text, said) => {
        const rendered = promptsOf(rowOf(query, one, other, title), analysisOf(text), said)
        for (const pattern of [tag, label]) expect(rendered.map(found(pattern))).toEqual(plain.map(found(pattern)))
      }),
      { numRuns: 400 },
    )
  })
})

describe("the user's own prompts", () => {
  const folder = mkdtempSync(join(tmpdir(), 'winnow-prompts-'))
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  test('the built-in ones where there is no folder', () => {
    const { versions } = causalnegPromptsOf(undefined, both('paper'))
    expect(Object.values(versions)).toEqual(
      (['analyse', 'write', 'verify'] as const).map((stage) => promptVersion(stage)),
    )
  })

  test('a template for one stage, the built-in ones for the others', () => {
    const template = 'Check for {{task.query}} {{query}}.\n---\n{{requirements}}\n{{boundary}}\n{{passage}}'
    writeFileSync(join(folder, 'causalneg.verify.md'), template)
    const prompts = causalnegPromptsOf(folder, both('paper'))
    expect(prompts.versions.verify.name).toMatch(/^own:causalneg\.verify@[0-9a-f]{8}$/)
    expect(prompts.versions.write).toEqual(promptVersion('write'))
    expect(prompts.verify({ task, row, analysis, passage: { text: 'a', title: 'T' } })).toEqual([
      { role: 'system', content: 'Check for question Why is the sky blue?.' },
      {
        role: 'user',
        content: 'Requirement (1): names the sky\nRequirement (2): names the sky too\nnames the sky\nT\na',
      },
    ])
  })

  test('every placeholder is filled', () => {
    writeFileSync(join(folder, 'causalneg.analyse.md'), '{{query}}|{{relevant}}|{{strategies}}|{{task.relevant}}')
    writeFileSync(
      join(folder, 'causalneg.write.md'),
      '{{query}}|{{relevant}}|{{analysis}}|{{references}}|{{passages}}|{{count}}|{{length}}',
    )
    const prompts = causalnegPromptsOf(folder, both('paper'))
    const asked = { task, row, analysis, orders: ordersOf('x'), references: row.passages.slice(1), hasTitles: false }
    for (const messages of [prompts.analyse({ task, row, strategies: STRATEGIES }), prompts.write(asked)]) {
      expect(
        lastOf(messages)
          .split('|')
          .every((part) => part.trim() !== ''),
      ).toBe(true)
    }
    expect(lastOf(prompts.write(asked))).toContain('|2|Write about 30 characters')
  })

  test('a placeholder that is missing or unknown, and a folder with none of the files', () => {
    writeFileSync(join(folder, 'causalneg.write.md'), '{{query}} {{relevant}} {{analysis}} {{what}}')
    expect(() => causalnegPromptsOf(folder, both('paper'))).toThrow(
      /causalneg\.write\.md: unknown placeholder \{\{what\}\}; \{\{passages\}\} is missing/,
    )
    const empty = mkdtempSync(join(tmpdir(), 'winnow-prompts-'))
    expect(() => causalnegPromptsOf(empty, both('paper'))).toThrow(
      /none of .*causalneg\.analyse\.md, .*causalneg\.write\.md, .*causalneg\.verify\.md found/,
    )
    rmSync(empty, { recursive: true })
  })
})
