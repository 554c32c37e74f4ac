// Covers the keys of kept work, which depend on what options decide.
import { describe, expect, it } from 'vitest'
import { LABORATORY_OPTIONS } from '../laboratory/options.ts'
import { TRAIN_OPTIONS } from '../train/options.ts'
import { deciding, decisive } from './decides.ts'
import { flag, integer, readOptions, type OptionSchema } from './options.ts'

describe('what options decide', () => {
  it('picks the values of a key, in the order of the declarations', () => {
    const schema = {
      ...deciding('figures', { top: integer('N', { help: 'how many', default: 3 }) }),
      ...deciding('nothing', { quiet: flag({ help: 'says nothing' }) }),
      ...deciding('vectors', { size: integer('N', { help: 'how long', default: 8 }) }),
    }
    const key = decisive(schema, readOptions(schema, { size: 4, quiet: true }))
    expect(JSON.stringify(key)).toBe('{"top":3,"size":4}')
  })

  it('has to be said of every option', () => {
    const schema = {
      ...deciding('vectors', { size: integer('N', { help: 'how long', default: 8 }) }),
      forgotten: flag({ help: 'decides who knows what' }),
    }
    // @ts-expect-error: one option does not declare what it decides
    decisive(schema, readOptions(schema, {}))
  })

  const namesOf = (schema: OptionSchema, decides: string) =>
    Object.keys(schema).filter((name) => schema[name]?.decides === decides)

  it('is nothing for what says where things go, how many there are, and how fast', () => {
    expect(namesOf(TRAIN_OPTIONS, 'nothing')).toEqual(['out', 'threads', 'checkpointEvery'])
    expect(namesOf(LABORATORY_OPTIONS, 'nothing')).toEqual(['eval', 'seeds', 'html', 'work', 'threads'])
  })
})
