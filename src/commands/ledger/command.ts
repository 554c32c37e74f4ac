// winnow ledger: what is in the store of replies, whether it is sound, and how to make it smaller.
import { compact, contentsOf, verify, type LedgerContents } from '../../llm/ledger/inspect.ts'
import { Ledger } from '../../llm/ledger/ledger.ts'
import { NANO_PER_DOLLAR } from '../../llm/prices.ts'
import { flag } from '../../options/options.ts'
import type { RunSettings } from '../../job/session.ts'
import type { CommandSpec } from '../../terminal/command.ts'
import { compact as short, counted, dollars, plural } from '../../base/format.ts'

const LEDGER_OPTIONS = {
  verify: flag({ help: 'check the file, the index and every reply' }),
  compact: flag({ help: 'give unused space back' }),
}

export const ledgerCommand: CommandSpec = {
  name: 'ledger',
  arguments: '[file]',
  summary: 'Shows what is in a ledger (default: .winnow/ledger.db): replies by model and prompt, tokens, cost, runs.',
  example: 'winnow ledger .winnow/ledger.db --verify',
  schema: LEDGER_OPTIONS,
  run: async ([file = '.winnow/ledger.db'], options, shell) => {
    const ledger = new Ledger(file, { mustExist: true })
    try {
      const faults = options['verify'] === true ? verify(ledger) : undefined
      const sizes = options['compact'] === true ? compact(ledger) : undefined
      const contents = contentsOf(ledger)
      const text = shell.json
        ? JSON.stringify({ ...contents, ...(faults && { faults }), ...(sizes && { compacted: sizes }) }, undefined, 2)
        : [
            contentsText(contents),
            ...(faults ? [faults.length === 0 ? 'verified: sound' : `NOT SOUND\n  ${faults.join('\n  ')}`] : []),
            ...(sizes ? [`compacted: ${counted(sizes.before)} → ${counted(sizes.after)} bytes`] : []),
          ].join('\n')
      process.stdout.write(`${text}\n`)
      return faults && faults.length > 0 ? 2 : 0
    } finally {
      await ledger.close()
    }
  },
}

function contentsText({ path, bytes, replies, sources, runs, failures }: LedgerContents): string {
  const failed = Object.entries(failures).map(([code, many]) => `${counted(many)} ${code}`)
  const lines = [
    `${path}: ${plural(replies, 'reply').replace('replys', 'replies')}, ${short(Math.ceil(bytes / 1024))} KiB`,
    ...sources.map(
      ({ prompt, model, replies: many, inputTokens, outputTokens, usd, unpriced }) =>
        `  ${prompt}  ${model}: ${counted(many)} · ${short(inputTokens)} tokens in · ${short(outputTokens)} out · ` +
        (unpriced > 0 ? 'cost unknown' : dollars(usd)),
    ),
    ...(failed.length > 0 ? [`without a reply: ${failed.join(', ')}`] : []),
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
