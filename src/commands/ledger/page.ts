// The page of ledger for a terminal.
import type { RunSettings } from '../../job/session.ts'
import type { LedgerContents } from '../../llm/ledger/inspect.ts'
import { NANO_PER_DOLLAR } from '../../llm/prices.ts'
import { compact, counted, dollars, plural } from '../../base/format.ts'

/** @param faults found by `--verify` @param sizes before and after `--compact` */
export function ledgerPage(
  contents: LedgerContents,
  faults: readonly string[] | undefined,
  sizes: { before: number; after: number } | undefined,
): string[] {
  return [
    contentsText(contents),
    ...(faults ? [faults.length === 0 ? 'verified: no faults' : `FAULTS\n  ${faults.join('\n  ')}`] : []),
    ...(sizes ? [`compacted: ${counted(sizes.before)} → ${counted(sizes.after)} bytes`] : []),
  ]
}

function contentsText({ path, bytes, replies, sources, runs, failures }: LedgerContents): string {
  const failed = Object.entries(failures).map(([code, many]) => `${counted(many)} ${code}`)
  const lines = [
    `${path}: ${plural(replies, 'reply').replace('replys', 'replies')}, ${compact(Math.ceil(bytes / 1024))} KiB`,
    ...sources.map(
      ({ prompt, model, replies: many, inputTokens, outputTokens, usd, unpriced }) =>
        `  ${prompt}  ${model}: ${counted(many)} · ${compact(inputTokens)} tokens in · ${compact(outputTokens)} out · ` +
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
