// Bodies of requests for providers whose batches take OpenAI's.
import { UsageError } from '../../../base/errors.ts'
import type { JsonObject } from '../../../base/json.ts'
import type { BatchRequest } from '../provider.ts'

/** The body of a request for a provider that takes a JSON schema and no other form. @throws UsageError for another form */
export function completionBody({ request, model, body }: BatchRequest, provider: string): JsonObject {
  const { format } = request
  if (format !== undefined && !('json' in format)) throw refusedForm(provider, 'a JSON schema only', 'json')
  // Template settings are for one's own server; where they are not known, every request would be refused.
  const { chat_template_kwargs: _none, ...rest } = body
  return { ...rest, model }
}

/** @param kept what the provider's batches hold replies to */
export function refusedForm(provider: string, kept: string, constrain: 'json' | 'off'): UsageError {
  return new UsageError(`--batch ${provider} holds replies to ${kept}`, {
    hint: constrain === 'json' ? 'Use --constrain json, or leave it out.' : 'Leave out --constrain.',
  })
}
