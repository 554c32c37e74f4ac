import { expect, test } from 'vitest'
import { isThinking, optionsFor, PROMPT_SET_OPTION, setFor, setNotices, setsOf } from './prompt-set.ts'

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

test("sets by the model's name are told before anything is paid, without credentials; what is given is not", () => {
  const models = ['gpt-4o-mini', 'qwen3:4b@http://me:secret@gpu:8000/v1', 'o3']
  expect(setNotices(models, setsOf(undefined, models))).toEqual([
    "prompt set small, by the model's name: qwen3:4b@http://gpu:8000/v1; --prompt-set paper asks as the paper does",
    "prompt set reasoning, by the model's name: o3; --prompt-set paper asks as the paper does",
  ])
  expect(setNotices(models, setsOf(['paper'], models))).toEqual([])
})

test('a small model may think as well', () => {
  expect(['qwen3:4b', 'o3', 'qwen3-4b-instruct', 'gpt-4o'].map(isThinking)).toEqual([true, true, false, false])
})

test('the options that ask a prompt of another name', () => {
  const namesIn = (set: string) => [set === 'paper@1' ? 'x.judge@1' : set === 'small' ? 'x.judge.small@1' : 'x.judge@2']
  expect(['x.judge@1', 'x.judge.small@1', 'x.judge@2', 'own:x'].map((name) => optionsFor(name, namesIn))).toEqual([
    '--prompt-set paper@1',
    '--prompt-set small',
    '--prompt-set paper',
    undefined,
  ])
})
