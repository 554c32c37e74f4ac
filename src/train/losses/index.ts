// The losses by name, and the settings that each accepts.
import { UsageError } from '../../base/errors.ts'
import { choice, flagOf, type OptionSpec } from '../../options/options.ts'
import { entropyLoss } from './entropy.ts'
import { infoNce } from './info-nce.ts'
import type { Loss, Term } from './loss.ts'
import { matchLoss } from './match.ts'
import { overOwnNegatives } from './own-negatives.ts'

export const LOSSES = ['info-nce', 'info-nce+entropy', 'info-nce+match'] as const
export type LossName = (typeof LOSSES)[number]

/** As given by the user; undefined selects the default of the loss. */
export interface LossSettings {
  loss: LossName
  /** Temperature of InfoNCE. */
  temperature: number
  /** Weight of the term that is added to InfoNCE. */
  lossWeight: number | undefined
  entropyTemperature: number | undefined
}

/** The function that training minimises. */
export interface TrainingLoss {
  infoNce: Loss
  /** Added to InfoNCE; its gradient goes to passages alone. */
  term: Term | undefined
}

/** Loss settings in a manifest; null if the loss has no such setting. */
export interface LossReport {
  name: LossName
  temperature: number
  weight: number | null
  entropyTemperature: number | null
}

type AddedLoss = Omit<LossReport, 'name' | 'temperature'>

/** The term added to InfoNCE and its default settings (the paper's if the term is the paper's). */
const ADDED: Record<LossName, { defaults: AddedLoss; term?: (settings: { [K in keyof AddedLoss]: number }) => Term }> =
  {
    'info-nce': { defaults: { weight: null, entropyTemperature: null } },
    'info-nce+entropy': {
      defaults: { weight: 0.05, entropyTemperature: 0.1 },
      term: ({ weight, entropyTemperature: t }) =>
        overOwnNegatives((mined, generated) => entropyLoss(mined, generated, t), weight),
    },
    'info-nce+match': {
      defaults: { weight: 10, entropyTemperature: null },
      term: ({ weight }) => overOwnNegatives(matchLoss, weight),
    },
  }

/** Declares the option that names a loss; `infonce` is read as `info-nce`. */
export function lossOption(help: string): OptionSpec<LossName> {
  const spec = choice(LOSSES, { help, default: 'info-nce' })
  return { ...spec, read: (raw) => spec.read(typeof raw === 'string' ? raw.replace(/^infonce\b/, 'info-nce') : raw) }
}

/** @throws UsageError that names the settings which the loss does not have */
export function assertLoss(settings: LossSettings): void {
  const { defaults } = ADDED[settings.loss]
  const given = { lossWeight: defaults.weight, entropyTemperature: defaults.entropyTemperature }
  const faults = (['lossWeight', 'entropyTemperature'] as const)
    .filter((name) => settings[name] !== undefined && given[name] === null)
    .map((name) => `${flagOf(name)} ${settings[name]}: no effect with --loss ${settings.loss}`)
  if (faults.length === 0) return
  throw new UsageError(faults.join('; '), { hint: `Losses: ${LOSSES.join(', ')}.` })
}

/** Returns the settings in effect. */
export function lossReport({ loss, temperature, lossWeight, entropyTemperature }: LossSettings): LossReport {
  const { defaults } = ADDED[loss]
  const settled = (value: number | undefined, ofLoss: number | null) => (ofLoss === null ? null : (value ?? ofLoss))
  return {
    name: loss,
    temperature,
    weight: settled(lossWeight, defaults.weight),
    entropyTemperature: settled(entropyTemperature, defaults.entropyTemperature),
  }
}

export function lossNamed(settings: LossSettings): TrainingLoss {
  const { weight, entropyTemperature } = lossReport(settings)
  const numbers = { weight: weight ?? 0, entropyTemperature: entropyTemperature ?? 1 }
  return { infoNce: infoNce(settings.temperature), term: ADDED[settings.loss].term?.(numbers) }
}

export const hasTerm = (loss: LossName): boolean => ADDED[loss].term !== undefined
