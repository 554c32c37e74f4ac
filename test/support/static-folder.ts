// A static encoder in a folder, as training writes one before its first step.
import { join } from 'node:path'
import { writeStaticFolder } from '../../src/encoders/static/folder.ts'
import { initialVectors } from '../../src/encoders/static/initial.ts'
import { buildVocabulary, WordCounter } from '../../src/encoders/static/vocabulary.ts'
import { tempDir } from './files.ts'

export const STATIC_TEXTS = [
  'The kinase phosphorylates proteins',
  'a review of 12 trials',
  '我们使用新的方法来训练检索模型',
]

const counter = WordCounter.for(1000)
for (const text of STATIC_TEXTS) counter.add(text)
const vocabulary = buildVocabulary(counter, 1000)

export const staticModel = {
  tokenizer: vocabulary.tokenizer,
  vectors: initialVectors(vocabulary, 32, 1),
  dimensions: 32,
  prompts: { query: '', passage: '' },
}

export function staticFolder(): string {
  const folder = join(tempDir(), 'model')
  writeStaticFolder(folder, staticModel, '# card\n')
  return folder
}
