import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { dataPath, describeWithData } from '../../test/support/data.ts'
import { sha256 } from '../base/hash.ts'
import { readRows } from '../rows/read.ts'
import { formatNamed } from '../rows/formats/index.ts'
import type { Row } from '../rows/row.ts'
import { BUILT_IN_TASKS } from './built-in.ts'
import { taskOfName } from './names.ts'
import { oneTask, tasksByDataset, tasksOfRows, type TaskChoice } from './tasks.ts'
import { taskToldBy } from './told.ts'

const folder = mkdtempSync(join(tmpdir(), 'winnow-tasks-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

function file(name: string, content: string): string {
  const path = join(folder, name)
  writeFileSync(path, content)
  return path
}

const row = (dataset?: string, extra: Record<string, unknown> = {}): Row => ({
  id: 'r',
  query: 'q',
  passages: [],
  extra,
  ...(dataset !== undefined && { dataset }),
})

const byOf = (choice: TaskChoice, each: Row) => {
  const { task, by } = choice.chosen(each)
  return `${task.name} by ${by}`
}

test('a built-in task is named', () => {
  expect(oneTask('citation').of(row('fiqa')).name).toBe('citation')
  expect(() => oneTask('citations')).toThrow('unknown task "citations"; built in: question-answering, web-search,')
})

test('a task of your own needs a name and what relevant means', () => {
  const path = file('own.yaml', 'name: recipes\nrelevant: It is a recipe for the dish.\n')
  expect(oneTask(path).of(row())).toMatchObject({ name: 'recipes', query: 'query', exempt: [] })
  expect(() => oneTask(file('bad.yaml', 'name: x\nrelevent: y\n'))).toThrow(/bad\.yaml: .*relevant/)
  expect(() => oneTask(file('many.yaml', 'name: ""\nquery: 3\nanswers: yes please\nexempt: rlhn\n'))).toThrow(
    'many.yaml: name: "": allowed: a non-empty string; query: 3: allowed: a non-empty string; ' +
      'relevant: missing: what a relevant passage does; answers: "yes please": allowed: true or false; ' +
      'exempt: "rlhn": allowed: a list of strings',
  )
  expect(() => oneTask(file('list.yaml', '- a\n'))).toThrow('list.yaml: top level: allowed: a map of name, query, ')
  expect(() => oneTask(file('torn.json', '{"name":'))).toThrow('cannot read')
  expect(() => oneTask(join(folder, 'none.yaml'))).toThrow('cannot read')
})

describe('rows choose', () => {
  const choice = tasksOfRows()

  test('by the name of their dataset, however it is written; ArguAna is exempt', () => {
    const names = ['fiqa', 'MS-MARCO', 'hotpot_qa', 'ArguAna', 'other', undefined]
    expect(names.map((name) => choice.of(row(name)).name)).toEqual([
      'question-answering',
      'web-search',
      'multi-hop',
      'argument',
      'question-answering',
      'question-answering',
    ])
    expect(choice.of(row('arguana')).exempt).toContain('rlhn')
  })

  test('first by dataset, then by type, then by prompt; a name that is not known says nothing', () => {
    const prompt = 'Given a claim, retrieve documents that support or refute the claim'
    const all = { type: 'symmetric_class', prompt }
    expect(byOf(choice, row('mteb/Banking77Classification.v2'))).toBe('classification by dataset')
    expect(byOf(choice, row('my-own', all))).toBe('classification by type')
    expect(byOf(choice, row('my-own', { ...all, type: 'normal' }))).toBe('fact-check by prompt')
    expect(byOf(choice, row('my-own', { type: 'only_1neg', prompt: 'Retrieve semantically similar text.' }))).toBe(
      'semantic-similarity by prompt',
    )
    expect(byOf(choice, row('my-own', { type: 'strange', prompt: 'Represent this sentence: ' }))).toBe(
      'question-answering by default',
    )
  })

  test('by an instruction wherever a format keeps it: in a column, in a system message, before the query', () => {
    const instruction = 'Classify the given comments as either toxic or not toxic'
    expect(byOf(choice, row(undefined, { query_instruct: instruction }))).toBe('classification by prompt')
    expect(byOf(choice, { ...row(), prompt: instruction })).toBe('classification by prompt')
    expect(byOf(choice, { ...row(), query: `Instruct: ${instruction}\nQuery: you are nice` })).toBe(
      'classification by prompt',
    )
    expect(byOf(choice, { ...row(), query: `<instruct>${instruction}\n<query>you are nice` })).toBe(
      'classification by prompt',
    )
    expect(byOf(choice, row(undefined, { prompt: 3, type: null }))).toBe('question-answering by default')
  })

  test('and what else they say is told if it is of another kind', () => {
    const said = choice.chosen(
      row('msmarco', { type: 'symmetric_class', prompt: 'Given a question, retrieve answers' }),
    )
    expect(said).toMatchObject({
      by: 'dataset',
      against: { by: 'type', words: 'symmetric_class', task: 'classification' },
    })
    expect(choice.chosen(row('hotpotqa', { prompt: 'Given a question, retrieve answers' }))).not.toHaveProperty(
      'against',
    )
    expect(oneTask('question-answering').chosen(row(undefined, { type: 'symmetric_sts' }))).toMatchObject({
      by: 'option',
      against: { task: 'semantic-similarity' },
    })
  })
})

test('a mapping of your own comes first and may bring tasks', () => {
  const path = file(
    'map.json',
    JSON.stringify({
      default: 'citation',
      datasets: { fiqa: 'mine' },
      types: { symmetric_class: 'mine' },
      prompts: { 'Retrieve semantically similar text.': 'duplicate-question' },
      tasks: [{ name: 'mine', relevant: 'It helps.' }],
    }),
  )
  const choice = tasksOfRows(path)
  expect([choice.of(row('FiQA')).name, choice.of(row()).name, choice.of(row('fever')).name]).toEqual([
    'mine',
    'citation',
    'fact-check',
  ])
  expect(byOf(choice, row('msmarco', { type: 'symmetric_class' }))).toBe('mine by mapping')
  expect(byOf(choice, row('nli', { prompt: 'Retrieve semantically similar text.' }))).toBe(
    'duplicate-question by mapping',
  )
  expect(() => tasksOfRows(file('wrong.yaml', 'datasets:\n  a: nothing\n'))).toThrow('a: unknown task "nothing"')
  expect(() => tasksOfRows(file('bad-map.yaml', 'datasets:\n  a: 1\ntasks:\n  - name: x\n    what: y\n'))).toThrow(
    'bad-map.yaml: datasets: {"a":1}: allowed: a map of strings; tasks.0.relevant: missing: what a relevant passage does; ' +
      'tasks.0.what: unknown; known: name, query, relevant,',
  )
})

test('as before rows were asked for more, they choose by 17 names alone', () => {
  const { of, settings } = tasksByDataset()
  expect(of(row('FiQA', { type: 'symmetric_class' })).name).toBe('question-answering')
  expect(of(row('nli')).name).toBe('question-answering')
  // Part of the names of stored runs.
  expect(sha256(JSON.stringify(settings), 16)).toBe('f924a39e295fd54d')
})

test('the names and rules are part of the names of runs', () => {
  expect(tasksOfRows().settings).toMatchObject({ rules: expect.stringMatching(/^[0-9a-f]{8}$/) })
})

describe('every name of MTEB', () => {
  const OF_TYPE: Record<string, readonly string[]> = {
    Classification: ['classification'],
    MultilabelClassification: ['classification'],
    Clustering: ['clustering'],
    STS: ['semantic-similarity'],
    Summarization: ['semantic-similarity'],
    BitextMining: ['translation', 'summary'],
    PairClassification: ['classification', 'entailment', 'semantic-similarity', 'duplicate-question'],
  }
  const names = readFileSync(join(import.meta.dirname, '..', '..', 'test', 'names', 'mteb.tsv'), 'utf8')
    .trim()
    .split('\n')
    .map((line) => line.split('\t') as [string, string])

  test.each(Object.keys(OF_TYPE))('of the type %s is known as such', (type) => {
    const wrong = names
      .filter(([each]) => each === type)
      .map(([, name]) => [name, taskOfName(name)] as const)
      .filter(([, task]) => !OF_TYPE[type]?.includes(task ?? ''))
    expect(wrong).toEqual([])
  })

  test('with a language, a version or a part after it, and of a file, is the same', () => {
    const written = [
      'SciFact-PL',
      'NanoFEVERRetrieval',
      'MSMARCO-FaHardNegatives',
      'msmarco_len-500-1000.jsonl',
      'beir/nq',
    ]
    expect(written.map(taskOfName)).toEqual([
      'fact-check',
      'fact-check',
      'web-search',
      'web-search',
      'question-answering',
    ])
    const others = ['blog_posts', 'yellow-fever', 'tests', 'my-recipes', 'video', '']
    expect(others.map(taskOfName)).toEqual(others.map(() => undefined))
  })
})

test('all tasks that names, types and prompts stand for are built in', () => {
  const known = BUILT_IN_TASKS.map(({ name }) => name)
  const prompts = [
    ['Given a claim, find documents that refute the claim', 'argument'],
    [
      'Given a question, retrieve questions that are semantically equivalent to the given question',
      'duplicate-question',
    ],
    ['Given a premise, retrieve a hypothesis that is entailed by the premise', 'entailment'],
    ['Identify the main category of Biorxiv papers based on the titles', 'clustering'],
    ['Given a online banking query, find the corresponding intents.', 'classification'],
    ['Given a title of a scientific paper, retrieve the titles of other relevant papers', 'citation'],
    ['Given a multi-hop question, retrieve documents that can help answer the question', 'multi-hop'],
    ['Given a web search query, retrieve relevant passages that answer the query.', 'web-search'],
    ['Retrieve parallel sentences.', 'translation'],
    ['Given a question, retrieve Wikipedia passages that answer the question.', 'question-answering'],
  ] as const
  expect(prompts.map(([prompt]) => taskToldBy('prompt', prompt))).toEqual(prompts.map(([, task]) => task))
  expect(prompts.map(([, task]) => task).filter((task) => !known.includes(task))).toEqual([])
})

describeWithData('bge-examples', 'the examples of FlagEmbedding', () => {
  const EXPECTED = {
    'retrieval/msmarco.jsonl': 'web-search by prompt',
    'retrieval/nq.jsonl': 'question-answering by prompt',
    'retrieval/nli.jsonl': 'semantic-similarity by prompt',
    'sts/sts.jsonl': 'semantic-similarity by type',
    'classification-no_in_batch_neg/AmazonClassification.jsonl': 'classification by type',
    'classification-no_in_batch_neg/Banking77Classification.jsonl': 'classification by type',
    'clustering-no_in_batch_neg/arXiv_title.jsonl': 'clustering by type',
    'clustering-no_in_batch_neg/bioRXiv_title.jsonl': 'clustering by type',
  }
  test.each(Object.entries(EXPECTED))('%s: %s', async (name, expected) => {
    const path = dataPath('bge-examples', 'embedder_example_data', name)
    const choice = tasksOfRows()
    const chosen = new Set<string>()
    for await (const batch of readRows({ path, format: formatNamed('bge') })) {
      for (const entry of batch) if ('row' in entry) chosen.add(byOf(choice, entry.row))
    }
    expect([...chosen]).toEqual([expected])
  })
})
