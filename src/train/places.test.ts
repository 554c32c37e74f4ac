// Files that winnow train did not write are never deleted from the folders of an encoder or its training.
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeEach, describe, expect, it } from 'vitest'
import { tempDir } from '../../test/support/files.ts'
import { leavePlaces, openPlaces, replaceEncoder, type Places } from './places.ts'

let folder: string
let out: string
beforeEach(() => {
  folder = tempDir()
  out = join(folder, 'model')
})

function put(...names: string[]): void {
  for (const name of names) {
    mkdirSync(join(folder, name, '..'), { recursive: true })
    writeFileSync(join(folder, name), name.endsWith('manifest.json') ? '{"command":"train"}' : name)
  }
}

/** Writes, moves and removes files as a training does. */
function trained(places: Places): void {
  mkdirSync(places.encoder)
  writeFileSync(join(places.encoder, 'manifest.json'), '{"command":"train"}')
  writeFileSync(join(places.encoder, 'README.md'), 'new')
  replaceEncoder(places)
  leavePlaces(places)
}

describe('the place of an encoder', () => {
  it('is filled where nothing stands, or an empty folder, and nothing is left beside it', () => {
    trained(openPlaces(out))
    expect(readdirSync(folder)).toEqual(['model'])
    mkdirSync(join(folder, 'empty'))
    trained(openPlaces(join(folder, 'empty')))
    expect(readdirSync(join(folder, 'empty'))).toEqual(['README.md', 'manifest.json'])
  })

  it('is filled anew where an encoder of winnow train stands', () => {
    put(
      'model/manifest.json',
      'model/modules.json',
      'model/0_StaticEmbedding/model.safetensors',
      'model/diagnostics.jsonl',
    )
    trained(openPlaces(out))
    expect(readFileSync(join(out, 'README.md'), 'utf8')).toBe('new')
    expect(existsSync(join(out, 'modules.json'))).toBe(false)
    expect(readdirSync(folder)).toEqual(['model'])
  })

  it('is refused where somebody else has put something in it', () => {
    put('model/manifest.json', 'model/modules.json', 'model/notes.txt')
    expect(() => openPlaces(out)).toThrow(/model has files not written by winnow train: notes\.txt/)
  })

  it('is refused where a folder is no encoder of ours, though its files are called so', () => {
    put('model/modules.json')
    writeFileSync(join(out, 'manifest.json'), '{"command":"clean"}')
    expect(() => openPlaces(out)).toThrow(/exists and was not written by winnow train/)
    writeFileSync(join(out, 'manifest.json'), 'no JSON')
    expect(() => openPlaces(out)).toThrow(/exists and was not written by winnow train/)
    expect(readdirSync(out).toSorted()).toEqual(['manifest.json', 'modules.json'])
  })

  it('is not the folder that training starts from', () => {
    put('model/manifest.json', 'model/modules.json')
    expect(() => openPlaces(`${out}/`, { from: out })).toThrow(/--out .*model\/ would overwrite the folder of --from/)
  })
})

describe('the folder of a training', () => {
  it('is refused where something else has that name, and stays', () => {
    put('model.training/precious.txt')
    expect(() => openPlaces(out)).toThrow(/model\.training has files not written by winnow train: precious\.txt/)
    put('other.training')
    expect(() => openPlaces(join(folder, 'other'))).toThrow(/other\.training is a file/)
    expect(readFileSync(join(folder, 'model.training/precious.txt'), 'utf8')).toBe('model.training/precious.txt')
  })

  it('is left with the checkpoint and the log up to it, and nothing that a full disk cut off', () => {
    const places = openPlaces(out)
    put(
      'model.training/checkpoint',
      'model.training/checkpoint.part',
      'model.training/encoder/x',
      'model.training/bags',
    )
    put('model.training/diagnostics.jsonl')
    leavePlaces(places)
    expect(readdirSync(places.work)).toEqual(['checkpoint', 'diagnostics.jsonl'])
  })

  it('leaves a neighbour alone that looks like a copy', () => {
    put('model.before/precious.txt', 'model/manifest.json', 'model/modules.json')
    trained(openPlaces(out))
    expect(readdirSync(folder)).toEqual(['model', 'model.before'])
  })

  it('gives back the encoder that a kill took away before the new one stood in its place', () => {
    put('model.training/replaced/manifest.json', 'model.training/encoder/manifest.json', 'model.training/process')
    const places = openPlaces(out)
    leavePlaces(places)
    expect(readdirSync(folder)).toEqual(['model'])
    expect(readdirSync(out)).toEqual(['manifest.json'])
  })

  it('belongs to the process that lives, and to the next one when it is dead', () => {
    put('model.training/process')
    writeFileSync(join(folder, 'model.training/process'), String(process.ppid))
    expect(() => openPlaces(out)).toThrow(/process \d+ is training .*model/)
    writeFileSync(join(folder, 'model.training/process'), '4194999')
    openPlaces(out)
    expect(readFileSync(join(folder, 'model.training/process'), 'utf8')).toBe(String(process.pid))
  })
})
