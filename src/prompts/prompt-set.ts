// Sets of prompts, one for each kind of model, and which kind a model is by its name.
import { text, type OptionSpec } from '../options/options.ts'
import { modelNameOf, type ChatModel } from '../llm/chat.ts'
import { parseModelName, publicModelName } from '../llm/models.ts'

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
  const { kind, own } = namesOf(model)
  if (kind === 'replay') return 'paper'
  if (kind === 'gguf') return 'small'
  const sizes = [...own.matchAll(SIZE)].map(([, size, unit]) => Number(size) / (unit === 'b' ? 1 : 1000))
  if (sizes.length > 0 && Math.max(...sizes) <= SMALL) return 'small'
  return THINKS.test(own) ? 'reasoning' : 'paper'
}

/** Whether a model, by its name, thinks before it answers. */
export const isThinking = (model: string | ChatModel): boolean => THINKS.test(namesOf(model).own)

/** How a model is named, and its name alone, in lower case and without its maker. */
function namesOf(model: string | ChatModel): { kind: string; own: string } {
  const { kind, name } =
    typeof model === 'string' ? parseModelName(model) : { kind: 'openai', name: modelNameOf(model) }
  return { kind, own: name.toLowerCase().split('/').at(-1) ?? '' }
}

/** Says before anything is paid which models are asked, by their names, with another set than the paper's. */
export function setNotices(models: readonly (string | ChatModel)[], sets: readonly PromptSet[]): string[] {
  const named = models.map((model, index) => ({ model, set: sets[index] as PromptSet }))
  const byName = named.filter(({ model, set }) => set !== 'paper' && set === setFor(model))
  return [...Map.groupBy(byName, ({ set }) => set)].map(([set, those]) => {
    const names = those.map(({ model }) => (typeof model === 'string' ? publicModelName(model) : model.identity))
    return `prompt set ${set}, by the model's name: ${[...new Set(names)].join(', ')}; --prompt-set paper asks as the paper does`
  })
}

/** Says for people which sets other than the paper's were taken. */
export function promptLines(prompts: unknown): string[] {
  const names = Array.isArray(prompts) ? prompts.map(({ name }: { name: string }) => name) : []
  const told = names.filter((name) => /\.(?:small|reasoning)@/.test(name))
  return told.length === 0 ? [] : [`prompts for the models at hand: ${told.join(', ')}; --prompt-set chooses others`]
}

/**
 * Returns the options that ask the prompt of this name; undefined if no set has it.
 * @param namesIn returns the names of the prompts of a set
 * @param first the options that ask as before there were sets
 */
export function optionsFor(
  prompt: string,
  namesIn: (set: PromptSet) => readonly string[],
  first = `--prompt-set ${FIRST_SET}`,
): string | undefined {
  const set = PROMPT_SETS.find((each) => namesIn(each).includes(prompt))
  return set === FIRST_SET ? first : set && `--prompt-set ${set}`
}
