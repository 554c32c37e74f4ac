// A text is encoded once, whichever commands need its vector: training, comparing, evaluating, mining, and evaluating what was trained.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { compare } from '../src/commands/compare/compare.ts'
import { collectionOf, world } from './support/comparing.ts'
import { fakeModel, fakeTransformers, sentenceFiles } from './support/fake-transformers.ts'
import { tempDir, writeJsonl } from './support/files.ts'
import { runWinnow } from './support/run-winnow.ts'
import { trainingRows } from './support/training-rows.ts'
import { startWordServer } from './support/word-vectors.ts'

const FEW_STEPS = ['--steps', '2', '--threads', '1']

async function winnow(args: string[], env: Record<string, string>) {
  const ran = await runWinnow(args, { env })
  expect(ran.code, ran.stderr).toBe(0)
}

/** Returns the texts that a server was asked about, without the word that tells the length of its vectors. */
const askedOf = ({ texts }: { texts: readonly string[] }) => texts.filter((text) => text !== 'winnow')

describe('over a server', () => {
  const place = async () => {
    const { clean, dirty, set, folder } = world()
    const env = { WINNOW_CACHE: join(folder, 'cache') }
    const server = await startWordServer()
    const compared = {
      base: server.name,
      eval: [set],
      noControls: true,
      threads: 1,
      steps: 2,
      work: join(folder, 'work'),
    }
    const asked = async (work: Promise<unknown>) => {
      const before = askedOf(server).length
      await work
      return askedOf(server).slice(before)
    }
    return { env, server, asked, clean, set, compared: () => compare([dirty, clean], compared, { env }), folder }
  }

  it('eval, mine and the trained map find what compare encoded', { timeout: 60_000 }, async () => {
    const { env, server, asked, compared, clean, set, folder } = await place()
    expect((await asked(compared())).length).toBeGreaterThan(100)
    const out = join(folder, 'model')
    expect(await asked(winnow(['train', clean, '--base', server.name, '--out', out, ...FEW_STEPS], env))).toEqual([])
    expect(await asked(winnow(['eval', server.name, set], env))).toEqual([])
    expect(await asked(winnow(['eval', `${out}/`, set], env))).toEqual([])
    const rows = join(folder, 'mined.jsonl')
    expect(
      await asked(winnow(['mine', set, '--split', 'test', '--retriever', server.name, '--out', rows], env)),
    ).toEqual([])
  })

  it('compare finds what eval encoded', { timeout: 60_000 }, async () => {
    const { env, server, asked, compared, set } = await place()
    expect((await asked(winnow(['eval', server.name, set], env))).length).toBeGreaterThan(50)
    await compared()
    expect(new Set(askedOf(server)).size).toBe(askedOf(server).length)
  })
})

it('a map over a transformer takes the vectors that its training encoded', { timeout: 60_000 }, async () => {
  const folder = tempDir()
  const log = join(folder, 'log')
  const env = { WINNOW_CACHE: join(folder, 'cache'), WINNOW_TRANSFORMERS: fakeTransformers(tempDir(), log) }
  const files = sentenceFiles(
    { pooling_mode_mean_tokens: true },
    { normalize: true, sentences: { prompts: { query: 'query: ', document: 'passage: ' } } },
  )
  const base = fakeModel(join(folder, 'base'), 'states', files)
  const passages = trainingRows(60)
  const [rows, set] = [writeJsonl(join(folder, 'rows.jsonl'), passages), collectionOf(folder, passages)]
  /** Texts that the model was given, one at each opening to learn the length of its vectors. */
  const given = () =>
    readFileSync(log, 'utf8')
      .split('\n')
      .reduce((sum, line) => sum + (Number.parseInt(line) || 0), 0)
  for (const map of ['shared', 'per-side']) {
    const out = join(folder, map)
    await winnow(['train', rows, '--base', `hf:${base}`, '--map', map, '--out', out, ...FEW_STEPS], env)
    const before = given()
    await winnow(['eval', `${out}/`, set], env)
    expect(given() - before, map).toBe(1)
  }
})
