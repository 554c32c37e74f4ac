// Covers what is sent with every call, depending on the user's input and the environment.
import { expect, test } from 'vitest'
import { connect } from './connection.ts'

const at = (baseUrl: string | undefined, env: Record<string, string> = {}) => connect({ name: 'gpt 4o', baseUrl }, env)
const azure = {
  AZURE_OPENAI_ENDPOINT: 'https://mine.openai.azure.com/',
  AZURE_OPENAI_API_KEY: 'azure-key',
  OPENAI_API_VERSION: '2024-10-21',
}

test('Azure: the deployment in the path, the version in the query, the key in a header of its own', () => {
  const server = {
    base: 'https://mine.openai.azure.com/openai/deployments/gpt%204o',
    search: '?api-version=2024-10-21',
    headers: { 'api-key': 'azure-key' },
  }
  const endpoint = 'https://mine.openai.azure.com'
  expect(at(undefined, azure)).toEqual({ server, endpoint, secrets: ['azure-key'], isDeployment: true })
  const behind = at(undefined, { ...azure, AZURE_OPENAI_ENDPOINT: 'https://gate/to/azure//' })
  expect(behind.server.base).toBe('https://gate/to/azure/openai/deployments/gpt%204o')
})

test('a key, a login and a query are sent, and shown nowhere', () => {
  expect(at('http://host/v1/', { OPENAI_API_KEY: ' sk-key\n' })).toEqual({
    server: { base: 'http://host/v1', search: '', headers: { authorization: 'Bearer sk-key' } },
    endpoint: 'http://host/v1',
    secrets: ['sk-key'],
  })
  const { server, endpoint, secrets } = at('http://me:p%2Fw@host/v1?token=t%20t', { OPENAI_API_KEY: 'sk-key' })
  const basic = Buffer.from('me:p/w').toString('base64')
  expect(server).toEqual({ base: endpoint, search: '?token=t%20t', headers: { authorization: `Basic ${basic}` } })
  expect([endpoint, secrets]).toEqual(['http://host/v1', ['sk-key', 'p/w', 'p%2Fw', basic, 't t']])
  expect(at('http://host/v1').server.headers).toEqual({ authorization: 'Bearer none' })
})

test('the account, and headers for a gateway, come from the environment as for other clients of OpenAI', () => {
  const more = {
    OPENAI_ORG_ID: 'org-1',
    OPENAI_PROJECT_ID: 'proj-1',
    OPENAI_CUSTOM_HEADERS: 'X-Gate: to:the gate \n\nx-version:2\nnonsense',
  }
  const headers = {
    'openai-organization': 'org-1',
    'openai-project': 'proj-1',
    'x-gate': 'to:the gate',
    'x-version': '2',
  }
  expect(at('http://host/v1', more).server.headers).toEqual({ authorization: 'Bearer none', ...headers })
  expect(at('http://host/v1', more).secrets).toContain('to:the gate')
  expect(at(undefined, { ...azure, ...more }).server.headers).toEqual({ 'api-key': 'azure-key', ...headers })
})

test.each([
  ['a host without a scheme', 'localhost:8000/v1', /OPENAI_BASE_URL is not a URL: "localhost:8000\/v1"/],
  ['a login without a scheme', 'me:secret@host/v1?key=secret', /OPENAI_BASE_URL is not a URL: "…@host\/v1\?…"/],
  ['another scheme', 'ftp://me:secret@host/v1', /OPENAI_BASE_URL is not a URL: "ftp:\/\/…@host\/v1"/],
])('%s is refused before anything is sent', (_name, url, message) => {
  expect(() => at(url)).toThrow(message)
  const named = { ...azure, AZURE_OPENAI_ENDPOINT: url }
  expect(() => at(undefined, named)).toThrow('AZURE_OPENAI_ENDPOINT is not a URL')
})
