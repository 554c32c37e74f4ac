// Which key, place and account a batch provider is opened with.
import { expect, test } from 'vitest'
import { UsageError } from '../../../base/errors.ts'
import { connect } from '../../connection.ts'
import { openProvider } from './index.ts'

const PLACES = [
  ['openai', 'OPENAI_API_KEY', 'https://api.openai.com/v1', 'https://api.openai.com/v1'],
  ['anthropic', 'ANTHROPIC_API_KEY', 'https://api.anthropic.com/v1', 'https://api.anthropic.com/v1'],
  [
    'gemini',
    'GEMINI_API_KEY',
    'https://generativelanguage.googleapis.com/v1beta',
    'https://generativelanguage.googleapis.com/v1beta/openai',
  ],
  ['mistral', 'MISTRAL_API_KEY', 'https://api.mistral.ai/v1', 'https://api.mistral.ai/v1'],
  ['together', 'TOGETHER_API_KEY', 'https://api.together.ai/v1', 'https://api.together.ai/v1'],
  ['openrouter', 'OPENROUTER_API_KEY', 'https://openrouter.ai/api/v1', 'https://openrouter.ai/api/v1'],
] as const

test.each(PLACES)('%s needs %s, and is at %s', (name, variable, endpoint, online) => {
  expect(() => openProvider(name, {})).toThrow(UsageError)
  expect(() => openProvider(name, { [variable]: ' ' })).toThrow(UsageError)
  // The account of another provider is not told to this one.
  const others = { OPENAI_API_KEY: 'other', AZURE_OPENAI_ENDPOINT: 'https://a', OPENAI_ORG_ID: 'org' }
  const { provider, env, online: said } = openProvider(name, { ...others, [variable]: 'the-key' })
  expect(provider).toMatchObject({ name, endpoint })
  const { server, endpoint: place } = connect({ name: 'm', baseUrl: undefined }, env)
  expect([place, said]).toEqual([online, online])
  expect(server.headers['authorization']).toBe('Bearer the-key')
  expect('openai-organization' in server.headers).toBe(name === 'openai')
})

test.each([
  ['https://proxy/anthropic', 'https://proxy/anthropic/v1'],
  ['https://proxy/anthropic/v1/', 'https://proxy/anthropic/v1'],
  ['https://user:password@proxy/a', 'https://proxy/a/v1'],
])('another base URL: %s → %s', (given, endpoint) => {
  const { provider } = openProvider('anthropic', { ANTHROPIC_API_KEY: 'k', ANTHROPIC_BASE_URL: given })
  expect(provider.endpoint).toBe(endpoint)
})

test('Azure needs its three variables', () => {
  const env = { AZURE_OPENAI_ENDPOINT: 'https://a.openai.azure.com/', AZURE_OPENAI_API_KEY: 'k' }
  expect(() => openProvider('azure', {})).toThrow(/no endpoint/)
  expect(() => openProvider('azure', env)).toThrow(/OPENAI_API_VERSION/)
  const { provider } = openProvider('azure', { ...env, OPENAI_API_VERSION: 'v1', OPENAI_API_KEY: 'other' })
  expect(provider).toMatchObject({
    name: 'azure',
    endpoint: 'https://a.openai.azure.com',
    limits: { usualRequests: 250 },
  })
})

test('names, addresses and times that are none are refused, without logins', () => {
  expect(() => openProvider('cohere', {})).toThrow(/no such provider/)
  expect(() => openProvider('constructor', {})).toThrow(/no such provider/)
  const env = { MISTRAL_API_KEY: 'k', MISTRAL_BASE_URL: 'ftp://u:hunter22@x' }
  expect(() => openProvider('mistral', env)).toThrow(/MISTRAL_BASE_URL is not a URL: "ftp:\/\/…@x"/)
  expect(() => openProvider('mistral', { MISTRAL_API_KEY: 'k', WINNOW_BATCH_SETTLE: '-1' })).toThrow(/SETTLE/)
})
