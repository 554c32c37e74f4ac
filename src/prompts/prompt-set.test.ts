import { expect, test } from 'vitest'
import { PROMPT_SET_OPTION, setFor, setsOf } from './prompt-set.ts'

test.each([
  ['gpt-4o-mini', 'paper'],
  ['gpt-4.1', 'paper'],
  ['claude-sonnet-4', 'paper'],
  ['Qwen/Qwen2.5-72B-Instruct@http://gpu:8000/v1', 'paper'],
  ['Qwen3-30B-A3B-Instruct-2507', 'paper'],
  ['meta-llama/Llama-3.1-8B-Instruct', 'paper'],
  ['mixtral-8x7b', 'paper'],
  ['replay:recorded.jsonl', 'paper'],
  ['o3', 'reasoning'],
  ['o4-mini', 'reasoning'],
  ['gpt-5.4-mini', 'reasoning'],
  ['gpt-oss-120b', 'reasoning'],
  ['deepseek-ai/DeepSeek-R1', 'reasoning'],
  ['deepseek-reasoner', 'reasoning'],
  ['Qwen/Qwen3-32B@http://gpu:8000/v1', 'reasoning'],
  ['Qwen/QwQ-32B', 'reasoning'],
  ['Qwen3-235B-A22B-Thinking-2507', 'reasoning'],
  ['local', 'small'],
  ['gguf:models/anything-70b.gguf', 'small'],
  ['Qwen2.5-Coder-0.5B-Instruct@http://localhost:8080/v1', 'small'],
  ['llama3.2:3b', 'small'],
  ['qwen3:4b', 'small'],
  ['HuggingFaceTB/SmolLM2-135M-Instruct', 'small'],
  ['gemma-3-4b-it', 'small'],
])('%s → %s', (model, set) => expect(setFor(model)).toBe(set))

test('what is given comes first: for all, or one a stage', () => {
  const models = ['gpt-4o-mini', 'o3']
  expect(setsOf(undefined, models)).toEqual(['paper', 'reasoning'])
  expect(setsOf(['small'], models)).toEqual(['small', 'small'])
  expect(setsOf(['small', 'paper@1'], models)).toEqual(['small', 'paper@1'])
  expect(PROMPT_SET_OPTION.read('small, paper')).toEqual(['small', 'paper'])
  expect(() => PROMPT_SET_OPTION.read('tiny')).toThrow('allowed: paper, small, reasoning, paper@1')
})
