// winnow mine with models on a server: an encoder that searches, several retrievers combined, and what rows and manifest record about them.
import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { readJsonl } from './support/files.ts'
import { small, type MinedRow } from './support/mined.ts'
import { embeddingsOf, startModelServer } from './support/model-server.ts'

test("an encoder's inner products decide, the positive's among them whatever its rank; a login reaches no file", async () => {
  const server = await startModelServer(embeddingsOf)
  const { collection, out, run } = small()
  const model = `m@${server.url.replace('//', '//user:secret@')}/v1`
  const args = [collection, '--split', 'train', '--retriever', model, '--depth', '4', '--negatives', '2']
  const ran = await run(...args, '--share', '100%', '--out', out)
  expect(ran.code, ran.stderr).toBe(0)
  const manifest = readFileSync(out.replace('.jsonl', '.manifest.json'), 'utf8')
  const rows = readFileSync(out, 'utf8')
  expect(`${ran.stderr}${manifest}${rows}`).not.toContain('secret')
  expect(JSON.parse(manifest)).toMatchObject({ options: { retriever: `m@${server.url}/v1` } })
  const all = [...readJsonl<MinedRow>(out)]
  expect(all.length).toBeGreaterThan(0)
  for (const { positive_passages: positives, negative_passages: negatives } of all) {
    const bar = Math.min(...positives.map(({ score }) => score as number))
    expect(bar).toEqual(expect.any(Number))
    for (const { score } of negatives) expect(score).toBeLessThan(bar)
  }
  const asked = server.calls.length
  expect((await run(...args, '--share', 'off', '--out', out)).code).toBe(0)
  // The model is looked at once more, and no text of the collection is sent again.
  expect(server.calls.slice(asked).flatMap(({ body }) => body['input'])).toEqual(['winnow'])
})

test('fused scores are said to be ranks, unless nothing hangs on them', async () => {
  const server = await startModelServer(embeddingsOf)
  const { collection, out, run } = small()
  const args = [collection, '--split', 'train', '--retriever', `bm25+m@${server.url}/v1`, '--out', out]
  expect((await run(...args)).stderr).toContain('are sums of reciprocal ranks')
  expect((await run(...args, '--share', 'off')).stderr).not.toContain('reciprocal ranks')
  const [row] = readJsonl<MinedRow>(out)
  expect(row?.miners).toEqual([{ name: `bm25+m@${server.url}/v1`, identity: expect.stringContaining('rrf') }])
})
