import { describe, expect, test } from 'vitest'
import { beginningWith, noticeOf } from './begin.ts'

const LLAMA = { software: 'llama.cpp', slots: 4, tokens: 8192 }
const VLLM = { software: 'vLLM', slots: Infinity }

describe('the first calls and the most', () => {
  test.each([
    ['nothing is known', undefined, undefined, { first: 2, most: 32 }],
    ['only the user says something', undefined, 256, { first: 32, most: 256 }],
    ['one call, says the user', undefined, 1, { first: 1, most: 1 }],
    ['slots', LLAMA, undefined, { first: 4, most: 4 }],
    ['slots, but the user wants more', LLAMA, 16, { first: 4, most: 16 }],
    ['slots, but the user wants fewer', LLAMA, 2, { first: 2, most: 2 }],
    ['it batches', VLLM, undefined, { first: 32, most: 32 }],
    ['it batches, and the user wants more', VLLM, 200, { first: 200, most: 200 }],
    ['Ollama', { software: 'Ollama' }, undefined, { first: 1, most: 32 }],
  ] as const)('%s', (_name, capacity, given, limits) => expect(beginningWith(capacity, given)).toEqual(limits))
})

test('what is said', () => {
  expect(noticeOf('http://a', LLAMA, 4)).toBe(
    'http://a is llama.cpp with 4 slots of 8,192 tokens: at most 4 calls at once',
  )
  expect(noticeOf('http://a', { software: 'Ollama', tokens: 4096 }, 32)).toContain('set OLLAMA_CONTEXT_LENGTH=16384')
  expect(noticeOf('http://a', { software: 'Ollama', tokens: 16384 }, 32)).toBeUndefined()
  expect([VLLM, { software: 'Ollama' }].map((each) => noticeOf('http://a', each, 32))).toEqual([undefined, undefined])
})
