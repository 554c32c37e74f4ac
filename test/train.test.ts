// winnow train, end to end: it learns, writes what eval reads, continues after a kill with the same bits, and refuses impossible input.
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { openStaticEncoder } from '../src/encoders/static/encoder.ts'
import { trainEncoder } from '../src/train/train.ts'
import type { TrainManifest } from '../src/train/manifest.ts'
import type { OwnInput } from '../src/train/options.ts'
import { contentsOf } from '../src/collections/collection.ts'
import { dataPath, describeWithData } from './support/data.ts'
import { tempDir, writeJsonl } from './support/files.ts'
import { runWinnow } from './support/run-winnow.ts'
import { diagnosticsIn, weightsOf } from './support/trained.ts'
import { grownRows, trainingRows, type TrainingRow } from './support/training-rows.ts'

const SMALL: OwnInput = { dimensions: 64, batch: 16, epochs: 3, threads: 2 }

/** The rows as a collection: their positives are relevant. */
function collectionOf(rows: readonly TrainingRow[], split: string): string {
  const folder = tempDir()
  mkdirSync(join(folder, 'qrels'))
  const documents = new Map(
    rows.flatMap((row) => [...row.positive_passages, ...row.negative_passages]).map((each) => [each.docid, each]),
  )
  writeJsonl(
    join(folder, 'corpus.jsonl'),
    [...documents.values()].map(({ docid, title, text }) => ({ _id: docid, title, text })),
  )
  writeJsonl(
    join(folder, 'queries.jsonl'),
    rows.map(({ query_id: id, query }) => ({ _id: id, text: query })),
  )
  const judgements = rows.flatMap((row) => row.positive_passages.map(({ docid }) => `${row.query_id}\t${docid}\t1\n`))
  writeFileSync(join(folder, 'qrels', `${split}.tsv`), `query-id\tcorpus-id\tscore\n${judgements.join('')}`)
  return folder
}

const rowsIn = (folder: string, count = 400) => writeJsonl(join(folder, 'rows.jsonl'), trainingRows(count))

describe('winnow train', () => {
  it('learns what untrained vectors do not know, and eval takes what it wrote', async () => {
    const folder = tempDir()
    const out = join(folder, 'model')
    const args = ['--dimensions', '64', '--batch', '16', '--epochs', '4', '--json']
    const ran = await runWinnow(['train', rowsIn(folder), '--out', out, ...args])
    expect(ran.code, ran.stderr).toBe(0)
    expect(ran.stderr).toMatch(/epoch {3}1 {3}loss \d/)
    const manifest = JSON.parse(ran.stdout) as TrainManifest
    expect(JSON.parse(readFileSync(join(out, 'manifest.json'), 'utf8'))).toEqual(manifest)
    expect(manifest.rows.trained + manifest.rows.setAside).toBe(400)
    expect(manifest.training.epochs.map(({ epoch }) => epoch)).toEqual([1, 2, 3, 4])
    const losses = manifest.training.epochs.map(({ loss }) => loss)
    expect(losses.at(-1)).toBeLessThan((losses[0] as number) / 2)
    const best = Math.max(...manifest.training.epochs.map(({ ndcg }) => ndcg as number))
    expect(manifest.training.epochs[manifest.training.chosen - 1]?.ndcg).toBe(best)
    expect(existsSync(`${out}.training`)).toBe(false)

    const collection = collectionOf(trainingRows(80), 'test')
    const env = { WINNOW_CACHE: join(folder, 'cache') }
    const evaluated = await runWinnow(['eval', `${out}/`, collection, '--json'], { env })
    expect(evaluated.code, evaluated.stderr).toBe(0)
    const { measures } = JSON.parse(evaluated.stdout) as { measures: Record<string, number> }
    expect(measures['nDCG@10']).toBeGreaterThan(0.8)
  })

  it('gives the same bits with any number of threads and any place, others with another seed', async () => {
    const folder = tempDir()
    const rows = rowsIn(folder)
    const hashes = new Map<string, string>()
    for (const [name, more] of Object.entries({ one: { threads: 1 }, two: { threads: 2 }, other: { seed: 2 } })) {
      const out = join(folder, name)
      await trainEncoder(rows, { ...SMALL, ...more, out })
      hashes.set(name, weightsOf(out))
    }
    expect(hashes.get('two')).toBe(hashes.get('one'))
    expect(hashes.get('other')).not.toBe(hashes.get('one'))
  })

  it('chooses the epoch on a collection, trains on all rows then, and mines negatives anew', async () => {
    const folder = tempDir()
    const collection = collectionOf(trainingRows(80), 'dev')
    const out = join(folder, 'model')
    const rows = rowsIn(folder)
    const manifest = await trainEncoder(rows, {
      ...SMALL,
      out,
      dev: `${collection}:dev`,
      refreshNegatives: 20,
      corpus: collection,
    })
    expect(manifest.rows).toMatchObject({ trained: 400, setAside: 0 })
    expect(manifest.development).toMatchObject({ queries: 80, texts: 80 })
    expect(manifest.training.epochs.at(-1)?.ndcg).toBeGreaterThan(0.8)
    const own = join(folder, 'own')
    await trainEncoder(rows, { ...SMALL, out: own, dev: `${collection}:dev` })
    expect(weightsOf(own)).not.toBe(weightsOf(out))
  })

  it('starts from an encoder that is there', async () => {
    const folder = tempDir()
    const [rows, first, second] = [rowsIn(folder), join(folder, 'first'), join(folder, 'second')]
    await trainEncoder(rows, { ...SMALL, out: first, epochs: 1 })
    const manifest = await trainEncoder(rows, { ...SMALL, dimensions: undefined, out: second, epochs: 1, from: first })
    expect(manifest.encoder).toMatchObject({ dimensions: 64, from: first })
    const [from] = JSON.parse(readFileSync(join(first, 'manifest.json'), 'utf8')).training.epochs
    expect(manifest.training.epochs[0]?.loss).toBeLessThan(from.loss / 2)
    await expect(trainEncoder(rows, { ...SMALL, out: second, dimensions: 32, from: first })).rejects.toThrow(
      /--dimensions 32: the vectors of --from .* have 64/,
    )
  })

  it('counts steps instead of epochs, and takes the last state where no query can be set aside', async () => {
    const folder = tempDir()
    const notices: string[] = []
    const rows = writeJsonl(join(folder, 'rows.jsonl'), trainingRows(2))
    const input = { ...SMALL, out: join(folder, 'model'), steps: 5 }
    const manifest = await trainEncoder(rows, input, { onNotice: (notice) => notices.push(notice) })
    expect(manifest.training).toMatchObject({ steps: 5, chosen: 5 })
    expect(manifest.development).toBeNull()
    expect(notices).toEqual(['too few queries to hold out ten of them: using the last epoch'])
  })
})

describe('training that is killed', () => {
  it('goes on where it was saved, to the same bits', { timeout: 300_000 }, async () => {
    const folder = tempDir()
    const rows = writeJsonl(join(folder, 'rows.jsonl'), grownRows(180))
    const collection = collectionOf(trainingRows(80), 'dev')
    const settings = [
      '--dimensions',
      '64',
      '--batch',
      '8',
      '--epochs',
      '6',
      '--refresh-negatives',
      '50',
      '--corpus',
      collection,
      '--loss',
      'infonce+match',
      '--diagnose',
    ]
    const command = (out: string) => ['train', rows, '--out', out, ...settings, '--checkpoint-every', '0', '--json']
    const whole = join(folder, 'whole')
    const undisturbed = await runWinnow(command(whole))
    expect(undisturbed.code, undisturbed.stderr).toBe(0)

    const out = join(folder, 'killed')
    let kills = 0
    for (let start = 0; start < 12; start++) {
      const checkpoint = join(`${out}.training`, 'checkpoint')
      const before = existsSync(checkpoint) ? readFileSync(checkpoint).toString('base64') : ''
      const ran = await runWinnow(command(out), {
        onStart: (child) => {
          // The first three starts are killed as soon as they have saved something new, at any moment after that.
          if (kills >= 3) return
          const watch = setInterval(async () => {
            if (!existsSync(checkpoint) || readFileSync(checkpoint).toString('base64') === before) return
            clearInterval(watch)
            await sleep(20 * start)
            child.kill('SIGKILL')
          }, 2)
          child.once('exit', () => clearInterval(watch))
        },
      })
      if (ran.signal === 'SIGKILL') {
        kills += 1
        expect(existsSync(out)).toBe(false)
        continue
      }
      expect(ran.code, ran.stderr).toBe(0)
      if (kills > 0) expect(ran.stderr).toMatch(/resuming after step \d+ of \d+/)
      break
    }
    expect(kills).toBeGreaterThan(0)
    expect(weightsOf(out)).toBe(weightsOf(whole))
    const epochsOf = (model: string) =>
      (JSON.parse(readFileSync(join(model, 'manifest.json'), 'utf8')) as TrainManifest).training.epochs
    expect(epochsOf(out)).toEqual(epochsOf(whole))
    expect(diagnosticsIn(out)).toEqual(diagnosticsIn(whole))
    expect(existsSync(`${out}.training`)).toBe(false)
  })

  it('begins anew when rows or settings are others, and says so', async () => {
    const folder = tempDir()
    const rows = rowsIn(folder)
    const out = join(folder, 'model')
    const controller = new AbortController()
    const stopped = trainEncoder(
      rows,
      { ...SMALL, out, epochs: 500 },
      { signal: controller.signal, onStep: ({ step }) => step === 30 && controller.abort(new Error('enough')) },
    )
    await expect(stopped).rejects.toThrow('enough')
    expect(readdirSync(`${out}.training`)).toEqual(['checkpoint'])
    const notices: string[] = []
    await trainEncoder(rows, { ...SMALL, out, seed: 9 }, { onNotice: (notice) => notices.push(notice) })
    expect(notices.join()).toMatch(/is from other rows or settings: starting training from scratch/)
  })
})

describe('what cannot be trained', () => {
  const refused = async (...args: string[]) => {
    const { code, stderr } = await runWinnow(['train', ...args])
    expect(code).toBe(2)
    return stderr
  }

  it('is refused with one sentence', async () => {
    const folder = tempDir()
    const rows = rowsIn(folder, 10)
    const out = ['--out', join(folder, 'model')]
    expect(await refused(rows)).toMatch(/no output folder: give one with --out/)
    expect(await refused(rows, ...out, '--dimensions', '0', '--batch', 'x')).toMatch(
      /--dimensions "0": allowed: a whole number from 1 to 4096; --batch "x": allowed: a whole number from 1 to 4096/,
    )
    expect(await refused(rows, ...out, '--from', join(folder, 'nowhere'))).toMatch(/no such folder: .*nowhere\n/)
    expect(await refused(rows, ...out, '--dev', join(folder, 'nowhere'))).toMatch(/no such folder: .*nowhere/)
    expect(await refused(rows, ...out, '--refresh-negatives', '5')).toMatch(
      /--corpus and --refresh-negatives need each other/,
    )
    expect(await refused(join(folder, 'nowhere.jsonl'), ...out)).toMatch(/cannot read .*nowhere\.jsonl/)
    const none = writeJsonl(join(folder, 'none.jsonl'), [{ query: 'q', pos: [], neg: ['n'] }])
    expect(await refused(none, ...out)).toMatch(/none\.jsonl/)
    expect(existsSync(join(folder, 'model.training'))).toBe(false)
  })

  it('names bad rows with file and line, or leaves them out', async () => {
    const folder = tempDir()
    const path = rowsIn(folder, 40)
    writeFileSync(path, `${readFileSync(path, 'utf8')}{"query":\n`)
    const out = join(folder, 'model')
    expect(await refused(path, '--out', out)).toMatch(/rows\.jsonl:41: invalid JSON/)
    const manifest = await trainEncoder(path, { ...SMALL, out, onBadRow: 'skip' })
    expect(manifest.input).toMatchObject({ rows: 40, badRows: 1, problems: { 'invalid-json': 1 } })
  })

  it('never writes over what is no encoder of ours, and replaces one that is', async () => {
    const folder = tempDir()
    const rows = rowsIn(folder, 40)
    writeFileSync(join(folder, 'file'), '')
    expect(await refused(rows, '--out', folder)).toMatch(/exists and was not written by winnow train/)
    expect(await refused(rows, '--out', join(folder, 'file'))).toMatch(/is a file; --out must be a folder/)
    const out = join(folder, 'model')
    for (const seed of [1, 2]) await trainEncoder(rows, { ...SMALL, out, seed })
    expect(readdirSync(folder).toSorted()).toEqual(['file', 'model', 'rows.jsonl'])
  })

  it('leaves a folder alone that another process trains', async () => {
    const folder = tempDir()
    const rows = rowsIn(folder, 40)
    mkdirSync(join(folder, 'model.training'))
    writeFileSync(join(folder, 'model.training', 'process'), String(process.ppid))
    expect(await refused(rows, '--out', join(folder, 'model'))).toMatch(/process \d+ is training .*model/)
  })
})

describeWithData('scifact', 'training on SciFact', () => {
  it('finds far more than the vectors that it starts from', { timeout: 300_000 }, async () => {
    const folder = tempDir()
    const [rows, out] = [join(folder, 'rows.jsonl'), join(folder, 'model')]
    const env = { WINNOW_CACHE: join(folder, 'cache') }
    const scifact = dataPath('scifact')
    const mined = await runWinnow(
      ['mine', scifact, '--split', 'train', '--share', 'off', '--limit', '300', '--out', rows],
      { env },
    )
    expect(mined.code, mined.stderr).toBe(0)
    const settings = ['--dimensions', '128', '--max-tokens', '128', '--epochs', '2']
    const trained = await runWinnow(['train', rows, '--out', out, ...settings, '--json'])
    expect(trained.code, trained.stderr).toBe(0)
    const { training } = JSON.parse(trained.stdout) as TrainManifest
    expect(training.epochs.at(-1)?.ndcg).toBeGreaterThan(0.72)
    const encoder = openStaticEncoder(out)
    const [document] = readFileSync(join(scifact, 'corpus.jsonl'), 'utf8').split('\n', 1)
    const { title, text } = JSON.parse(document as string) as { title: string; text: string }
    expect((await encoder.encode([contentsOf({ title, text })], 'passage')).length).toBe(128)
  })
})
