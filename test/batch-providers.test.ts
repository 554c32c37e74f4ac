// The contract of batch providers, kept against a local server for each API.
import { describeBatchProvider } from './contracts/batch-provider.contract.ts'
import { startAnthropicServer } from './support/batch/anthropic-server.ts'
import { startAzureServer, startOpenAiServer } from './support/batch/openai-server.ts'

const COMMON = { cancels: true, failsLate: true, keepsExpired: true, knowsNames: true, takesSchema: true }

describeBatchProvider({ ...COMMON, name: 'openai', start: startOpenAiServer, model: 'gpt-5.4-mini' })
describeBatchProvider({ ...COMMON, name: 'azure', start: startAzureServer, model: 'my-deployment' })
describeBatchProvider({
  ...COMMON,
  name: 'anthropic',
  start: startAnthropicServer,
  model: 'claude-haiku-5-5',
  failsLate: false,
  knowsNames: false,
})
