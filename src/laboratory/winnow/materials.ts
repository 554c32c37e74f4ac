// The texts into which an experiment with Winnow's own engine reads its rows and collections.
import type { InitialModel } from '../../train/start/model.ts'
import type { Texts } from '../../train/texts.ts'
import type { LaboratoryValues } from '../options.ts'

/** Inputs shared by all arms and collections of an experiment. */
export interface Materials {
  start: InitialModel
  values: LaboratoryValues
  /** Texts of the rows, of --corpus and of --dev. */
  texts: Texts
  evalTexts: Texts
  /** The folder of everything that is stored. */
  root: string
}
