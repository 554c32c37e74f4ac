// The contract of batch providers, kept against a local server for each API.
import { describeBatchProvider } from './contracts/batch-provider.contract.ts'
import type { ProviderFacts } from './support/batch/trying.ts'
import { startAnthropicServer } from './support/batch/anthropic-server.ts'
import { startGeminiServer } from './support/batch/gemini-server.ts'
import { startMistralServer } from './support/batch/mistral-server.ts'
import { startAzureServer, startOpenAiServer } from './support/batch/openai-server.ts'
import { startOpenRouterServer } from './support/batch/openrouter-server.ts'
import { startTogetherServer } from './support/batch/together-server.ts'
import { partOf } from './support/repetitions.ts'

const COMMON = { cancels: true, failsLate: true, keepsExpired: true, knowsNames: true, takesSchema: true }

const PROVIDERS: ProviderFacts[] = [
  { ...COMMON, name: 'openai', start: startOpenAiServer, model: 'gpt-5.4-mini' },
  { ...COMMON, name: 'azure', start: startAzureServer, model: 'my-deployment' },
  {
    ...COMMON,
    name: 'anthropic',
    start: startAnthropicServer,
    model: 'claude-haiku-5-5',
    failsLate: false,
    knowsNames: false,
  },
  {
    ...COMMON,
    name: 'gemini',
    start: startGeminiServer,
    model: 'gemini-3.8-flash',
    takesSchema: false,
    keepsExpired: false,
  },
  { ...COMMON, name: 'mistral', start: startMistralServer, model: 'mistral-small-latest' },
  { ...COMMON, name: 'together', start: startTogetherServer, model: 'openai/gpt-oss-20b' },
  {
    ...COMMON,
    name: 'openrouter',
    start: startOpenRouterServer,
    model: 'openai/gpt-5.4-mini',
    cancels: false,
    knowsNames: false,
  },
]

/** The others are in the long run: these differ most. */
const USUAL = ['openai', 'anthropic', 'gemini']

for (const facts of partOf(PROVIDERS, ({ name }) => USUAL.includes(name))) describeBatchProvider(facts)
