// Azure OpenAI's batch API: that of OpenAI, for a deployment of the type Global Batch or Data Zone Batch.
import type { OpenAiFacts } from './openai.ts'

/**
 * https://learn.microsoft.com/azure/foundry/openai/how-to/batch allows 100,000 requests and 200 MB a file, and no job expires. RLHN's
 * authors lost rows in large files and cut theirs to 250.
 */
export const AZURE: OpenAiFacts = {
  name: 'azure',
  limits: { requests: 100_000, usualRequests: 250, bytes: 200_000_000 },
  url: '/chat/completions',
  namesFiles: true,
}
