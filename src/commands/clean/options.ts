// The options of clean: the method, and the options of all methods that clean.
import { runOptions } from '../../job/options.ts'
import { CLEANING_METHODS } from '../../methods/index.ts'
import { choice } from '../../options/options.ts'
import { mergedSchemas } from '../../options/merged.ts'

export const METHOD_OPTION = {
  method: choice(
    CLEANING_METHODS.map(({ name }) => name),
    { help: CLEANING_METHODS.map(({ name, summary }) => `${name}: ${summary}`).join('; '), default: 'rlhn' },
  ),
}

export const CLEAN_OPTIONS = {
  ...METHOD_OPTION,
  ...mergedSchemas(Object.fromEntries(CLEANING_METHODS.map((method) => [method.name, runOptions(method)]))),
}
