// The providers of batch APIs by name.
import type { Environment } from '../../../base/cache.ts'
import { UsageError } from '../../../base/errors.ts'
import type { BatchProvider } from '../provider.ts'

export function openProvider(name: string, _env: Environment): { provider: BatchProvider; env: Environment } {
  throw new UsageError(`--batch ${JSON.stringify(name)}: allowed: files:DIR`)
}
