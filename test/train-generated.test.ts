// winnow train on rows with negatives that a model wrote: terms of the loss, and --diagnose.
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { trainEncoder } from '../src/train/train.ts'
import type { TrainManifest } from '../src/train/manifest.ts'
import type { OwnInput } from '../src/train/options.ts'
import { tempDir, writeJsonl } from './support/files.ts'
import { runWinnow } from './support/run-winnow.ts'
import { diagnosticsIn, weightsOf } from './support/trained.ts'
import { grownRows, trainingRows } from './support/training-rows.ts'

const SMALL: OwnInput = { dimensions: 64, batch: 16, epochs: 3, threads: 2 }

describe('training on generated negatives', () => {
  it('adds a term to the loss, and says which in the manifest', async () => {
    const folder = tempDir()
    const rows = writeJsonl(join(folder, 'rows.jsonl'), grownRows(200))
    const hashes = new Set<string>()
    const given = {
      'info-nce': [],
      'infonce+entropy': ['--entropy-temperature', '0.2'],
      'infonce+match': ['--loss-weight', '2'],
    }
    const reports: TrainManifest['loss'][] = []
    for (const [loss, more] of Object.entries(given)) {
      const out = join(folder, loss)
      const settings = ['--dimensions', '64', '--batch', '16', '--epochs', '1', '--loss', loss, ...more]
      const ran = await runWinnow(['train', rows, '--out', out, ...settings, '--json'])
      expect(ran.code, ran.stderr).toBe(0)
      const manifest = JSON.parse(ran.stdout) as TrainManifest
      expect(manifest.rows.withGenerated).toBeGreaterThan(100)
      reports.push(manifest.loss)
      hashes.add(weightsOf(out))
    }
    expect(hashes.size).toBe(3)
    expect(reports).toEqual([
      { name: 'info-nce', temperature: 0.1, weight: null, entropyTemperature: null },
      { name: 'info-nce+entropy', temperature: 0.1, weight: 0.05, entropyTemperature: 0.2 },
      { name: 'info-nce+match', temperature: 0.1, weight: 2, entropyTemperature: null },
    ])
  })

  it('is what it was where no row has any, and says that a term has nothing to do', async () => {
    const folder = tempDir()
    const rows = writeJsonl(join(folder, 'rows.jsonl'), trainingRows(200))
    const notices: string[] = []
    const [plain, matched] = [join(folder, 'plain'), join(folder, 'matched')]
    await trainEncoder(rows, { ...SMALL, out: plain, generated: 0 })
    await trainEncoder(
      rows,
      { ...SMALL, out: matched, loss: 'info-nce+match', diagnose: true },
      { onNotice: (notice) => notices.push(notice) },
    )
    expect(weightsOf(matched)).toBe(weightsOf(plain))
    expect(notices).toEqual([
      'no row has generated negatives: --loss info-nce+match is InfoNCE alone',
      'no row has generated negatives: --diagnose has nothing to log',
    ])
  })

  it('says that a term has nothing to do where none is drawn', async () => {
    const folder = tempDir()
    const rows = writeJsonl(join(folder, 'rows.jsonl'), grownRows(200))
    const notices: string[] = []
    const given: OwnInput = { ...SMALL, out: join(folder, 'model'), loss: 'info-nce+entropy', diagnose: true }
    const onNotice = (notice: string) => notices.push(notice)
    await trainEncoder(rows, { ...given, generated: 0 }, { onNotice })
    expect(notices).toEqual([
      '--generated 0 draws no generated negatives: --loss info-nce+entropy is InfoNCE alone',
      '--generated 0 draws no generated negatives: --diagnose has nothing to log',
    ])
  })

  it('logs diagnostics with --diagnose, to the same bits as without', async () => {
    const folder = tempDir()
    const rows = writeJsonl(join(folder, 'rows.jsonl'), grownRows(200))
    const [silent, logged] = [join(folder, 'silent'), join(folder, 'logged')]
    await trainEncoder(rows, { ...SMALL, out: silent })
    const manifest = await trainEncoder(rows, { ...SMALL, out: logged, diagnose: true })
    expect(weightsOf(logged)).toBe(weightsOf(silent))
    expect(existsSync(join(silent, 'diagnostics.jsonl'))).toBe(false)
    const lines = diagnosticsIn(logged)
    expect(lines.map(({ step }) => step)).toEqual(Array.from({ length: manifest.training.steps }, (_, at) => at + 1))
    expect(lines.at(-1)?.epoch).toBe(3)
    for (const { rows: count, gradientShare, evenShare, cosine, alive } of lines) {
      expect(count).toBeGreaterThan(0)
      expect(evenShare).toBe(2 / 3)
      expect(gradientShare).toBeGreaterThan(0)
      expect(Math.abs(cosine as number)).toBeLessThanOrEqual(1)
      expect(alive).toBeGreaterThanOrEqual(0)
      expect(alive).toBeLessThanOrEqual(1)
    }
  })

  it('refuses settings that a loss has not got', async () => {
    const folder = tempDir()
    const rows = writeJsonl(join(folder, 'rows.jsonl'), trainingRows(20))
    const given = { ...SMALL, out: join(folder, 'model'), lossWeight: 2, entropyTemperature: 0.1 }
    await expect(trainEncoder(rows, given)).rejects.toThrow(
      '--loss-weight 2: no effect with --loss info-nce; --entropy-temperature 0.1: no effect with --loss info-nce',
    )
    await expect(trainEncoder(rows, { ...given, loss: 'info-nce+match' })).rejects.toThrow(
      /^--entropy-temperature 0.1: no effect with --loss info-nce\+match$/,
    )
  })
})
