// Which servers and keys the environment names. No key is read further than whether it is there.
import type { Environment } from '../../base/cache.ts'
import { publicUrl } from '../../base/url.ts'

export interface Surroundings {
  /** Who would be asked for a model without an address. */
  provider: 'openai' | 'server' | 'azure' | 'none'
  /** The address of that server, without credentials. */
  server: string | undefined
  /** Sentences for people. */
  lines: string[]
}

/** The variables of the environment that Winnow reads for models and files. */
const VARIABLES = [
  'OPENAI_API_KEY',
  'OPENAI_BASE_URL',
  'AZURE_OPENAI_ENDPOINT',
  'AZURE_OPENAI_API_KEY',
  'HF_TOKEN',
  'WINNOW_CACHE',
]

export function surroundingsIn(env: Environment): Surroundings {
  const set = VARIABLES.filter((name) => env[name]?.trim())
  const unset = VARIABLES.filter((name) => !set.includes(name))
  const server = env['OPENAI_BASE_URL'] || env['AZURE_OPENAI_ENDPOINT'] || undefined
  const shown = server !== undefined && URL.canParse(server) ? publicUrl(server) : undefined
  return {
    provider: providerIn(set),
    server: shown,
    lines: [
      `set in the environment: ${set.join(', ') || 'nothing that Winnow reads'}${shown === undefined ? '' : ` (models are asked at ${shown})`}`,
      `not set: ${unset.join(', ')}`,
    ],
  }
}

function providerIn(set: readonly string[]): Surroundings['provider'] {
  if (set.includes('OPENAI_BASE_URL')) return 'server'
  if (set.includes('AZURE_OPENAI_ENDPOINT')) return 'azure'
  return set.includes('OPENAI_API_KEY') ? 'openai' : 'none'
}
