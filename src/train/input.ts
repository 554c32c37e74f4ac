// What a program may give to a training.
import type { OwnInput } from './options.ts'
import type { TorchInput } from './torch/options.ts'
import type { ByRecipe } from './torch/recipes.ts'

/** What `trainEncoder` accepts, for either engine; the names are those of the flags, in camel case. */
export type TrainInput = OwnInput | (TorchInput & ByRecipe)
