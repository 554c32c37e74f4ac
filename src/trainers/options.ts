// The option that names a trainer, shared by every command that writes rows to train on.
import { choice } from '../options/options.ts'

export const TRAINER_NAMES = ['st', 'tevatron', 'flagembedding', 'ms-swift', 'automodel'] as const
export type TrainerName = (typeof TRAINER_NAMES)[number]

/** What is said of the script where files are listed. */
export const SCRIPT_USE = 'trains an encoder on the rows: start it with uv run or python'

export const TRAINER_OPTION = choice([...TRAINER_NAMES, 'off'], {
  help: 'trainer of the script OUT.train.py, which trains on the rows and says whether it helped; off: no script',
  default: 'st',
})
