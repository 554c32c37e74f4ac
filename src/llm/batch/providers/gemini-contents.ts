// Requests and replies in the form of Gemini's generateContent.
import { isObject, type JsonObject } from '../../../base/json.ts'
import { withoutSecrets } from '../../adapters/openai-errors.ts'
import type { ChatReply, ChatRequest, Usage } from '../../chat.ts'
import type { BatchRequest } from '../provider.ts'
import { numberAt, objectsAt, textAt } from './api.ts'
import { refusedForm } from './completions.ts'

/** Returns a request of `generateContent`. @throws UsageError if replies are to have a form, which batches from files do not keep */
export function contentRequest({ request, model }: BatchRequest): JsonObject {
  const { messages, maxTokens, temperature, format, extra = {} } = request
  if (format !== undefined) throw refusedForm('gemini', 'no form', 'off')
  const { generationConfig, ...others } = extra
  const system = messages.flatMap(({ role, content }) => (role === 'system' ? [{ text: content }] : []))
  const thinking = thinkingOf(request, model)
  return {
    contents: messages.flatMap(({ role, content }) =>
      role === 'system' ? [] : [{ role: role === 'assistant' ? 'model' : 'user', parts: [{ text: content }] }],
    ),
    ...(system.length > 0 && { systemInstruction: { parts: system } }),
    generationConfig: {
      temperature,
      maxOutputTokens: maxTokens,
      ...(thinking && { thinkingConfig: thinking }),
      ...(isObject(generationConfig) ? generationConfig : {}),
    },
    ...others,
  }
}

/** What OpenAI's efforts are in tokens, as Google's own translation of them has it. */
const BUDGETS: Record<string, number> = { none: 0, minimal: 1024, low: 1024, medium: 8192, high: 24_576 }

/** Models up to 2.5 take a budget of tokens, later ones a level. */
function thinkingOf({ think, effort }: ChatRequest, model: string): JsonObject | undefined {
  const takesBudget = /gemini-[12]\b/.test(model)
  if (effort) {
    const budget = BUDGETS[effort]
    return takesBudget && budget !== undefined ? { thinkingBudget: budget } : { thinkingLevel: effort }
  }
  if (think !== false) return undefined
  return takesBudget ? { thinkingBudget: 0 } : { thinkingLevel: 'minimal' }
}

/** As other APIs say the same; the rest is understood as it is. */
const FINISH: Record<string, string> = {
  STOP: 'stop',
  MAX_TOKENS: 'length',
  SPII: 'content_filter',
  IMAGE_SAFETY: 'content_filter',
  FINISH_REASON_UNSPECIFIED: '',
}

/** Reads an answer without trusting its shape; undefined if it is none. */
export function contentReply(answer: unknown, secrets: string[]): ChatReply | undefined {
  if (!isObject(answer)) return undefined
  const [candidate] = objectsAt(answer, 'candidates')
  const blocked = textAt(answer['promptFeedback'], 'blockReason')
  if (candidate === undefined && blocked === undefined) return undefined
  const parts = objectsAt(candidate?.['content'], 'parts')
  const said = (isThought: boolean) =>
    withoutSecrets(
      parts.map((part) => ((part['thought'] === true) === isThought ? (textAt(part, 'text') ?? '') : '')).join(''),
      secrets,
    )
  const reason = textAt(candidate, 'finishReason') ?? ''
  if (candidate !== undefined && parts.length === 0 && reason === '') return undefined
  const reasoning = said(true)
  const usage = usageOf(answer['usageMetadata'])
  return {
    text: said(false),
    finishReason: withoutSecrets(candidate === undefined ? 'content_filter' : (FINISH[reason] ?? reason), secrets),
    ...(candidate === undefined && { refusal: withoutSecrets(`the prompt was blocked: ${blocked}`, secrets) }),
    ...(reasoning && { reasoning }),
    ...(usage && { usage }),
  }
}

/** What was thought is not in the tokens of the candidates. */
function usageOf(usage: unknown): Usage | undefined {
  const input = numberAt(usage, 'promptTokenCount')
  if (input === undefined) return undefined
  const reasoning = numberAt(usage, 'thoughtsTokenCount') ?? 0
  const output = (numberAt(usage, 'candidatesTokenCount') ?? 0) + reasoning
  return { input, output, cached: numberAt(usage, 'cachedContentTokenCount') ?? 0, reasoning }
}
