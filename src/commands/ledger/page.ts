// The page of ledger for a terminal.
import type { RunSettings } from '../../job/session.ts'
import type { LedgerContents } from '../../llm/ledger/contents.ts'
import type { Salvage } from '../../llm/ledger/sqlite/salvage.ts'
import { NANO_PER_DOLLAR } from '../../llm/prices.ts'
import { compact, counted, dollars, plural } from '../../base/format.ts'

interface Done {
  /** By `--verify`. `withoutChecksum` counts replies of earlier versions; null if the ledger is damaged. */
  checked?: { faults: readonly string[]; withoutChecksum: number | null } | undefined
  /** By `--compact`. */
  sizes?: { before: number; after: number } | undefined
  /** By `--salvage`; null if there was nothing to do. */
  saved?: Salvage | null | undefined
}

export function ledgerPage(contents: LedgerContents, { checked, sizes, saved }: Done): string[] {
  return [
    ...(saved === undefined ? [] : salvageText(contents.path, saved)),
    contentsText(contents),
    ...(checked ? verifiedText(contents.path, checked) : []),
    ...(sizes ? [`compacted: ${counted(sizes.before)} → ${counted(sizes.after)} bytes`] : []),
  ]
}

function verifiedText(path: string, { faults, withoutChecksum }: NonNullable<Done['checked']>): string[] {
  if (faults.length > 0) {
    const next = `winnow ledger ${path} --salvage copies everything sound into a new file.`
    return [`NOT SOUND\n  ${faults.join('\n  ')}\n${next}`]
  }
  if (withoutChecksum === 0 || withoutChecksum === null) return ['verified: sound']
  const [replies, have] = withoutChecksum === 1 ? ['reply', 'has'] : ['replies', 'have']
  return [
    'verified: sound',
    `  ${counted(withoutChecksum)} ${replies} from an earlier version ${have} no checksum; --compact adds it`,
  ]
}

function salvageText(path: string, saved: Salvage | null): string[] {
  if (saved === null) return ['nothing to salvage: the ledger is sound']
  const { replies, unfindable, unsourced, runs, failures, dictionaries, batched } = saved.dropped
  const many = (count: number, one: string, more: string) => `${counted(count)} ${count === 1 ? one : more}`
  const said: [count: number, text: string][] = [
    [replies, `dropped: ${many(replies, 'reply', 'replies')}, to be asked for and paid for again`],
    [unfindable, `without a key: ${many(unfindable, 'reply', 'replies')}, to be asked for and paid for again`],
    [
      unsourced,
      `without a source: ${many(unsourced, 'reply', 'replies')}, found as before, but model and prompt are lost`,
    ],
    [runs, `dropped: ${many(runs, 'run', 'runs')}; the same command brings a run back`],
    [failures, `dropped: ${many(failures, 'note', 'notes')} why a request had no reply`],
    [
      batched,
      `dropped: ${many(batched, 'batch job or request in one', 'batch jobs and requests in them')}, to be asked for again`,
    ],
    [dictionaries, `dropped: ${many(dictionaries, 'dictionary', 'dictionaries')}`],
  ]
  const lines = said.filter(([count]) => count > 0).map(([, text]) => `  ${text}`)
  const kept = `salvaged: ${many(saved.replies, 'reply', 'replies')} in ${path}; the damaged file is ${saved.damaged}`
  return [kept, ...(lines.length > 0 ? lines : ['  nothing was dropped'])]
}

function contentsText({ path, bytes, replies, sources, runs, failures }: LedgerContents): string {
  const failed = Object.entries(failures).map(([code, many]) => `${counted(many)} ${code}`)
  const lines = [
    `${path}: ${plural(replies, 'reply').replace('replys', 'replies')}, ${compact(Math.ceil(bytes / 1024))} KiB`,
    ...sources.map(
      ({ prompt, stage, model, replies: many, inputTokens, outputTokens, usd, unpriced }) =>
        `  ${prompt.includes(`.${stage}`) ? prompt : `${prompt} (${stage})`}  ${model}: ${counted(many)} · ${compact(inputTokens)} tokens in · ${compact(outputTokens)} out · ` +
        (unpriced > 0 ? 'cost unknown' : dollars(usd)),
    ),
    ...(failed.length > 0 ? [`no reply: ${failed.join(', ')}`] : []),
    plural(runs.length, 'run'),
    ...runs.map(({ id, updatedMs, method, inputPath, settings, gathered, cost, unpriced, replies: made }) => {
      const { identities, limit } = settings as unknown as RunSettings
      const models = Object.entries(identities).map(([stage, model]) => `${stage} ${model}`)
      const state = `${gathered ? '' : ', not finished'}${limit === null ? '' : `, first ${counted(limit)} rows`}`
      const spent = unpriced > 0 ? 'cost unknown' : dollars(cost / NANO_PER_DOLLAR)
      return `  ${id}  ${new Date(updatedMs).toISOString().slice(0, 16)}  ${method} on ${inputPath}: ${models.join(', ')}; ${counted(made)} calls, ${spent}${state}`
    }),
  ]
  return lines.join('\n')
}
