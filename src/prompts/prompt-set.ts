// Sets of prompts, one for each kind of model, and which kind a model is by its name.
import { text, type OptionSpec } from '../options/options.ts'
import type { ChatModel } from '../llm/chat.ts'
import { parseModelName } from '../llm/models.ts'

/**
 * `paper`: as the paper asks. `small`: short questions about one thing each. `reasoning`: for models that think before they answer, which
 * are not asked to think aloud once more. `paper@1`: the wording and the order shown of Winnow before there were sets, for ledgers of then.
 */
export const PROMPT_SETS = ['paper', 'small', 'reasoning', 'paper@1'] as const
export type PromptSet = (typeof PROMPT_SETS)[number]

/** What runs had that were stored before there were sets. */
export const FIRST_SET: PromptSet = 'paper@1'

/** `--prompt-set`: one for all models of a run, or one for each in the order of its stages. */
export const PROMPT_SET_OPTION: OptionSpec<readonly PromptSet[] | undefined> = {
  ...text('SET', {
    help: `wording for the model at hand: ${PROMPT_SETS.slice(0, 3).join(', ')}; several with commas, one a stage (default: by the model's name)`,
  }),
  default: undefined,
  read: readSets,
}

function readSets(raw: unknown): readonly PromptSet[] {
  const names = Array.isArray(raw) ? raw : String(raw).split(',')
  return names.map((name: unknown) => {
    const known = PROMPT_SETS.find((set) => set === String(name).trim())
    if (known) return known
    throw new Error(`allowed: ${PROMPT_SETS.join(', ')}`)
  })
}

/** The set of each model: the one given for it, the one given for all, or the one of its kind. */
export function setsOf(given: readonly PromptSet[] | undefined, models: readonly (string | ChatModel)[]): PromptSet[] {
  return models.map((model, index) => given?.[index] ?? given?.[0] ?? setFor(model))
}

/** Billions of parameters up to which a model is small. */
const SMALL = 4
const SIZE = /(\d+(?:\.\d+)?)([bm])(?![a-z0-9])/g
/** Models that think before they answer, by their makers' names. */
const THINKS =
  /^(?:o\d|gpt-5|gpt-oss|qwq|magistral)|deepseek-(?:r\d|reasoner)|thinking|reasoning|^qwen3(?![.\d]*-?(?:next|vl|coder|embedding))(?!.*instruct)/

/** The set for a model by its name. Recorded replies are asked as the paper asks. */
export function setFor(model: string | ChatModel): PromptSet {
  const { kind, name } =
    typeof model === 'string' ? parseModelName(model) : { kind: 'openai', name: model.identity.replace(/#[^#]*$/, '') }
  if (kind === 'replay') return 'paper'
  if (kind === 'gguf') return 'small'
  const own = name.toLowerCase().split('/').at(-1) ?? ''
  const sizes = [...own.matchAll(SIZE)].map(([, size, unit]) => Number(size) / (unit === 'b' ? 1 : 1000))
  if (sizes.length > 0 && Math.max(...sizes) <= SMALL) return 'small'
  return THINKS.test(own) ? 'reasoning' : 'paper'
}

/** Says for people which sets other than the paper's were taken. */
export function promptLines(prompts: unknown): string[] {
  const names = Array.isArray(prompts) ? prompts.map(({ name }: { name: string }) => name) : []
  const told = names.filter((name) => /\.(?:small|reasoning)@/.test(name))
  return told.length === 0 ? [] : [`prompts for the models at hand: ${told.join(', ')}; --prompt-set chooses others`]
}
