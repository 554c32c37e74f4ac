// The options that a program may give to a training.
import type { OwnInput } from './options.ts'
import type { TorchInput } from './torch/options.ts'
import type { ByRecipe } from './torch/recipes.ts'

/** Options of `trainEncoder`, for either engine; the names are those of the flags, in camel case. */
export type TrainInput = OwnInput | (TorchInput & ByRecipe)
