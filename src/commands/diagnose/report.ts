// What `winnow diagnose` found, as one record: printed, drawn and returned to programs.
import type { SimilarityDiagnosis } from './shortcut/by-similarity.ts'
import type { Mark } from './shortcut/marks.ts'
import type { ProbeResult } from './shortcut/probe.ts'
import type { RowCounts } from './read.ts'
import type { TrainingDiagnosis } from './training-log.ts'

/** One figure, and what it means. */
export interface Figure {
  /** Stable, for programs. */
  code: string
  title: string
  /** Whose measure it is. */
  by: 'paper' | 'Winnow'
  /** Null where it is not defined. */
  value: number | null
  /** The value with what belongs to it, as an interval or what chance gives. */
  text: string
  /** What it says, in one sentence. */
  meaning: string
  /** Which values should worry, in one sentence. */
  worry: string
  isWorrying: boolean
}

/** The figures that rest on one thing. */
export interface FigureGroup {
  title: string
  figures: Figure[]
}

export interface DiagnosisReport {
  winnow: string
  command: 'diagnose'
  /** Options as they were given: pass the report as `--recipe`. */
  options: Record<string, unknown>
  input: { path: string; sha256: string; format: string }
  rows: RowCounts
  /** Negatives of the rows that were diagnosed. */
  negatives: { mined: number; generated: number }
  model: DiagnosedModel | null
  groups: FigureGroup[]
  /** Null without a model. */
  similarity: SimilarityDiagnosis | null
  /** Null where nothing could be tested. */
  text: ProbeResult | null
  /** Words by which the texts of the sources differ most, the strongest first. */
  marks: Mark[]
  /** Null where training logged nothing. */
  training: TrainingDiagnosis | null
  started: string
  seconds: number
}

export interface DiagnosedModel {
  name: string
  dimensions: number
  temperature: number
  /** Where the temperature is from: `--temperature`, the manifest of the training, or the paper. */
  temperatureFrom: 'option' | 'training' | 'paper'
  /** Whether its training was on the very file that is diagnosed; null where nothing says. */
  trainedOn: 'these' | 'other' | null
  /** Whether it was trained on generated negatives; null where nothing says. */
  sawGenerated: boolean | null
}
