// One row about onions, passages that a model writes for it, and growing it against a real server with scripted answers.
import { join } from 'node:path'
import { grow } from '../../src/commands/grow/grow.ts'
import { startChatServer, type ScriptedReply } from './chat-server.ts'
import { readJsonl, tempDir, writeJsonl, type Json } from './files.ts'
import { questionOf, sectionOf } from './grown.ts'
import type { SyntheticRow } from './synthetic.ts'

export const POSITIVE =
  'Cutting an onion breaks its cells and frees a volatile sulphur compound, which turns into a mild acid in the film of water on the eye.'
export const NEGATIVES = [
  'Onions keep for months in a dry and airy place; in the refrigerator they soften and soon begin to sprout from the middle of the bulb.',
  'A sweet onion has less sulphur than a yellow one, which makes it good in salads but dull in a stew that has to cook for hours.',
  'The skins of yellow onions were used to dye wool and eggs, and they give a colour between gold and brown with the mordant alum.',
]
export const ROW: SyntheticRow = { query: 'Why do onions make you cry?', pos: [POSITIVE], neg: NEGATIVES }

export const SOUND =
  'Garlic owes its smell to a sulphur compound that forms when a clove is crushed, and which the heat of a pan turns into something milder.'
export const WELL_MEANT =
  'Shallots are braised whole in butter and wine until they are soft, and their flavour is finer than that of the large bulbs in the market.'
export const OTHER =
  'Leeks have to be washed with care, because the earth in which they are banked up while they grow gets between the layers of the stem.'

export const ANALYSIS = {
  need: 'to know the cause of tears when onions are cut',
  meets: 'it names the compound and how it acts on the eye',
  boundary: 'naming what makes the eyes water',
  requirements: [
    { number: 1, text: 'it is about onions', critical: true },
    { number: 2, text: 'it is about tears', critical: true },
    { number: 3, text: 'it gives the cause', critical: true },
    { number: 4, text: 'it is about cutting', critical: false },
  ],
  perturbations: [
    { requirement: 1, strategy: 'entity_shift', how: 'garlic instead of onions' },
    { requirement: 2, strategy: 'entity_shift', how: 'smell instead of tears' },
    { requirement: 3, strategy: 'entity_shift', how: 'a remedy instead of the cause' },
  ],
}

export const written = (...texts: string[]) =>
  JSON.stringify({ passages: texts.map((text, at) => ({ number: at + 1, rewrites: null, text })) })

export const verified = (verdicts: string[], attempts_answer = false) =>
  JSON.stringify({
    requirements: verdicts.map((verdict, at) => ({ number: at + 1, why: 'so', verdict })),
    attempts_answer,
  })

/** Returns the correct verdict: each passage violates its target alone. */
export function rightVerdict(text: string): string {
  const target = [SOUND, WELL_MEANT, OTHER].indexOf(text)
  return verified(['holds', 'holds', 'holds', 'holds'].with(target, 'violated'))
}

export type Script = Partial<Record<'analyse' | 'write', ScriptedReply> & { verify: (text: string) => ScriptedReply }>

/** Grows one row with a server that answers by script; whatever the script leaves open is answered well. */
export async function grownBy(script: Script, options: object = {}, row: object = ROW) {
  const server = await startChatServer({
    reply: (request) => {
      const question = questionOf(request)
      if (question === 'verify') {
        const text = sectionOf(request, 'text')
        return script.verify?.(text) ?? { text: rightVerdict(text) }
      }
      const right = question === 'analyse' ? JSON.stringify(ANALYSIS) : written(SOUND, WELL_MEANT, OTHER)
      return script[question as 'analyse' | 'write'] ?? { text: right }
    },
  })
  const folder = tempDir()
  const out = join(folder, 'grown.jsonl')
  const models = { writer: `w@${server.url}`, verifier: `v@${server.url}` }
  const input = writeJsonl(join(folder, 'rows.jsonl'), [row])
  const manifest = await grow(input, { ...models, hardnessModel: 'off', out, maxRetries: 0, ...options }, { env: {} })
  await server.close()
  const list = (kind: string) => readJsonl(out.replace('.jsonl', `.${kind}.jsonl`))
  const [after] = readJsonl<Json & SyntheticRow>(out)
  const undecided = list('undecided') as { outcome: string; calls: { stage: string; why: string }[] }[]
  return {
    manifest,
    input,
    out,
    requests: server.requests,
    added: (after?.neg ?? []).slice(NEGATIVES.length),
    after: after as Json & SyntheticRow,
    changes: list('changes').map(({ text }) => text),
    discarded: list('discarded').map(({ code, text }) => [code, text]),
    unread: undecided.map(({ outcome, calls }) => [outcome, ...calls.map(({ stage, why }) => `${stage}: ${why}`)]),
  }
}
