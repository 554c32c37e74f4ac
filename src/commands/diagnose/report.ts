// The results of `winnow diagnose` as one record: printed, drawn and returned to programs.
import type { SimilarityDiagnosis } from './shortcut/by-similarity.ts'
import type { Mark } from './shortcut/marks.ts'
import type { ProbeResult } from './shortcut/probe.ts'
import type { RowCounts } from './read.ts'
import type { TrainingDiagnosis } from './training-log.ts'

/** One figure and what it means. */
export interface Figure {
  /** Stable, for programs. */
  code: string
  title: string
  /** The origin of the measure. */
  by: 'paper' | 'Winnow'
  /** Null if it is undefined. */
  value: number | null
  /** The value with its interval or what chance gives. */
  text: string
  /** One sentence on what it means. */
  meaning: string
  /** One sentence on which values are worrying. */
  worry: string
  isWorrying: boolean
}

/** Figures with the same basis. */
export interface FigureGroup {
  title: string
  figures: Figure[]
}

export interface DiagnosisReport {
  winnow: string
  command: 'diagnose'
  /** Options as given: pass the report as `--recipe`. */
  options: Record<string, unknown>
  input: { path: string; sha256: string; format: string }
  rows: RowCounts
  /** Negatives of the diagnosed rows. */
  negatives: { mined: number; generated: number }
  model: DiagnosedModel | null
  groups: FigureGroup[]
  /** Null without a model. */
  similarity: SimilarityDiagnosis | null
  /** Null if nothing could be tested. */
  text: ProbeResult | null
  /** Words in which the texts of the sources differ most, strongest first. */
  marks: Mark[]
  /** Null if training logged nothing. */
  training: TrainingDiagnosis | null
  started: string
  seconds: number
}

export interface DiagnosedModel {
  name: string
  dimensions: number
  temperature: number
  /** Source of the temperature: `--temperature`, the manifest of the training, or the paper. */
  temperatureFrom: 'option' | 'training' | 'paper'
  /** Whether it was trained on the very file that is diagnosed; null if unknown. */
  trainedOn: 'these' | 'other' | null
  /** Whether it was trained on generated negatives; null if unknown. */
  sawGenerated: boolean | null
}
