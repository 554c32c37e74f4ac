// The trainers for which a script can be written, each loaded when its script is.
import type { TrainerName } from './options.ts'
import type { Trainer } from './trainer.ts'

const BY_NAME: Readonly<Record<TrainerName, () => Promise<Trainer>>> = {
  st: async () => (await import('./sentence-transformers.ts')).sentenceTransformers,
  tevatron: async () => (await import('./tevatron.ts')).tevatron,
  flagembedding: async () => (await import('./flagembedding.ts')).flagEmbedding,
  'ms-swift': async () => (await import('./ms-swift.ts')).msSwift,
  automodel: async () => (await import('./automodel.ts')).automodel,
}

export const openTrainer = (name: TrainerName): Promise<Trainer> => BY_NAME[name]()
