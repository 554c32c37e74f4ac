import { expect, test } from 'vitest'
import { promptFor } from './prompts.ts'

const task = { name: 'SciFact', type: 'Retrieval' }

test('the prompt of a task is chosen in the order of mteb', () => {
  const ladder = ['SciFact-query', 'SciFact', 'Retrieval-query', 'Retrieval', 'query', 'usual']
  const prompts: Record<string, string> = Object.fromEntries(ladder.map((name) => [name, `by ${name}: `]))
  const seen: string[] = []
  for (const name of ladder) {
    seen.push(promptFor({ prompts, default_prompt_name: 'usual' }, 'query', task).text)
    delete prompts[name]
  }
  expect(seen).toEqual(ladder.map((name) => `by ${name}: `))
  expect(promptFor({ prompts }, 'query', task)).toEqual({ text: '' })
})

test('only what the task decided is named', () => {
  const prompts = { 'Retrieval-document': 'passage: ', query: 'query: ', FiQA2018: 'money: ' }
  expect(promptFor({ prompts }, 'passage', task)).toEqual({ text: 'passage: ', byTask: 'Retrieval-document' })
  expect(promptFor({ prompts }, 'query', task)).toEqual({ text: 'query: ' })
  expect(promptFor({ prompts }, 'passage')).toEqual({ text: '' })
  expect(promptFor(undefined, 'passage', task)).toEqual({ text: '' })
})
