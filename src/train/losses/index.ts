// The losses by their names.
import { infoNce } from './info-nce.ts'
import type { Loss } from './loss.ts'

export const LOSSES = ['info-nce'] as const
export type LossName = (typeof LOSSES)[number]

export interface LossSettings {
  temperature: number
}

const BY_NAME: Record<LossName, (settings: LossSettings) => Loss> = {
  'info-nce': ({ temperature }) => infoNce(temperature),
}

export const lossNamed = (name: LossName, settings: LossSettings): Loss => BY_NAME[name](settings)
