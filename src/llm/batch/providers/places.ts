// Where each batch provider is, which key it needs, and how it is opened. Azure is found as everywhere else, by llm/connection.ts.
import type { BatchProvider } from '../provider.ts'
import { anthropicBatches } from './anthropic.ts'
import type { Api } from './api.ts'
import { geminiBatches } from './gemini.ts'
import { mistralBatches } from './mistral.ts'
import { OPENAI, openAiBatches } from './openai.ts'
import { openRouterBatches } from './openrouter.ts'
import { togetherBatches } from './together.ts'

export interface Place {
  /** The variables of the environment that may hold its key, the usual one first. */
  keys: readonly [string, ...string[]]
  /** The variable with another base URL. */
  url: string
  base: string
  /** The end of the base URL's path, added where it is left out; '' where there is none. */
  version: string
  /** What OpenAI's protocol, which its models speak online, has after the base URL. */
  online: string
  /** Whether the account and the headers that OpenAI's clients take from the environment are meant for it. */
  isOpenAi?: true
  headers(key: string): Record<string, string>
  open(api: Api): BatchProvider
}

const bearer = (key: string) => ({ authorization: `Bearer ${key}` })

export const PLACES: Readonly<Record<string, Place>> = {
  openai: {
    keys: ['OPENAI_API_KEY'],
    url: 'OPENAI_BASE_URL',
    base: 'https://api.openai.com/v1',
    version: '',
    online: '',
    isOpenAi: true,
    headers: bearer,
    open: (api) => openAiBatches(api, OPENAI),
  },
  anthropic: {
    keys: ['ANTHROPIC_API_KEY'],
    url: 'ANTHROPIC_BASE_URL',
    base: 'https://api.anthropic.com/v1',
    version: '/v1',
    online: '',
    // The newer version refuses a temperature of any model, which older models take.
    headers: (key) => ({ 'x-api-key': key, 'anthropic-version': '2023-06-01' }),
    open: anthropicBatches,
  },
  gemini: {
    keys: ['GEMINI_API_KEY', 'GOOGLE_API_KEY'],
    url: 'GEMINI_BASE_URL',
    base: 'https://generativelanguage.googleapis.com/v1beta',
    version: '/v1beta',
    online: '/openai',
    headers: (key) => ({ 'x-goog-api-key': key }),
    open: geminiBatches,
  },
  mistral: {
    keys: ['MISTRAL_API_KEY'],
    url: 'MISTRAL_BASE_URL',
    base: 'https://api.mistral.ai/v1',
    version: '/v1',
    online: '',
    headers: bearer,
    open: mistralBatches,
  },
  together: {
    keys: ['TOGETHER_API_KEY'],
    url: 'TOGETHER_BASE_URL',
    base: 'https://api.together.ai/v1',
    version: '/v1',
    online: '',
    headers: bearer,
    open: togetherBatches,
  },
  openrouter: {
    keys: ['OPENROUTER_API_KEY'],
    url: 'OPENROUTER_BASE_URL',
    base: 'https://openrouter.ai/api/v1',
    version: '/v1',
    online: '',
    headers: bearer,
    open: openRouterBatches,
  },
}
