// What gathering and deciding share: the input, checked; the method, planned; the run, named.
import { sha256 } from '../base/hash.ts'
import type { Ledger } from '../llm/ledger/ledger.ts'
import { shownPlace } from '../llm/ledger/open.ts'
import type { CascadeRecord } from '../judging/cascade/record.ts'
import { isChatModel } from '../llm/chat.ts'
import { publicModelName } from '../llm/models.ts'
import type { MethodDefinition, MethodPlan } from '../method/definition.ts'
import { LEDGER, MODEL, SCORER, type OptionSchema } from '../options/options.ts'
import { publicModelSpec } from '../encoders/specs.ts'
import type { Scan } from '../rows/scan.ts'

/** A run, identified by everything that determines its evidence: input, method, models, prompts, tasks and gather options. */
export interface RunIdentity {
  id: string
  method: string
  settings: RunSettings
}

/** What the ledger stores about a run, so that `apply` finds its evidence without further input. */
export interface RunSettings {
  /** Gather options as the user gave them, models without credentials. */
  options: Record<string, unknown>
  /** Model identity by stage. */
  identities: Record<string, string>
  fingerprint: Record<string, unknown>
  /** Rows processed by the latest start; null for all. */
  limit: number | null
  /** The cascade as it was measured, on as many rows as the limit says. */
  cascade?: CascadeRecord | undefined
}

export function identifyRun(
  definition: MethodDefinition,
  plan: MethodPlan,
  scan: Pick<Scan, 'hash'>,
  identities: Record<string, string>,
  options: Record<string, unknown>,
  limit: number | undefined,
): RunIdentity {
  const { fingerprint } = plan
  return {
    id: runId(definition, plan, scan, identities),
    method: definition.name,
    settings: { options: gatherOptionsOf(definition, options), identities, fingerprint, limit: limit ?? null },
  }
}

/** Returns the name of a run: a hash of what determines its evidence. */
export function runId(
  { name: method }: MethodDefinition,
  { prompts, fingerprint }: MethodPlan,
  { hash: input }: Pick<Scan, 'hash'>,
  identities: Record<string, string>,
): string {
  const asked = prompts.map(({ name, hash }) => [name, hash])
  return `r${sha256(JSON.stringify([input, method, identities, asked, fingerprint]), 10)}`
}

/** Returns the gather options of a run without defaults and without credentials. */
function gatherOptionsOf({ gatherOptions }: MethodDefinition, options: Record<string, unknown>) {
  const given = Object.keys(gatherOptions).filter(
    (name) => options[name] !== undefined && options[name] !== gatherOptions[name]?.default,
  )
  return withoutCredentials(gatherOptions, Object.fromEntries(given.map((name) => [name, options[name]])))
}

/** Functions that name a model without credentials, by the kind of option value. */
const PUBLIC_NAMES: Record<string, (text: string) => string> = {
  [MODEL]: publicModelName,
  [SCORER]: publicModelSpec,
  [LEDGER]: shownPlace,
}

/** Returns the options with the credentials that the user may have written removed from the names of models. */
export function withoutCredentials(schema: OptionSchema, options: Record<string, unknown>): Record<string, unknown> {
  const shown = Object.entries(options).map(([name, value]) => {
    const publicName = PUBLIC_NAMES[schema[name]?.value ?? '']
    if (isChatModel(value)) return [name, value.identity]
    return [name, publicName && typeof value === 'string' ? publicName(value) : value]
  })
  return Object.fromEntries(shown) as Record<string, unknown>
}

/** Returns a sentence about replies in the ledger for this method under other prompts or models than the run will use, if there are any. */
export async function otherReplies(
  ledger: Ledger,
  method: string,
  plan: MethodPlan,
  identities: Record<string, string>,
): Promise<string | undefined> {
  const stored = await ledger.repliesOf(method)
  const notices = plan.stages.flatMap(({ stage }, index) => {
    const prompt = plan.prompts[index]?.name
    const model = identities[stage]
    const ofStage = stored.filter((source) => source.stage === stage)
    // A stage without a prompt of its own asks with that of another stage.
    if (
      prompt === undefined ||
      ofStage.length === 0 ||
      ofStage.some((source) => source.prompt === prompt && source.model === model)
    )
      return []
    const list = ofStage.map((source) => `${source.replies} of ${source.model} to ${source.prompt}`).join(', ')
    const missing = `the ledger has no replies of ${model} to ${prompt}, so every ${stage} call will be made; it has ${list}`
    const usable = ofStage.flatMap(({ model: other, prompt: former }) => {
      const options = other === model ? plan.optionsFor?.(former) : undefined
      return options === undefined ? [] : [`; ${options} goes on with those to ${former}`]
    })
    return [missing + usable.join('')]
  })
  return notices.length === 0 ? undefined : notices.join('\n')
}
