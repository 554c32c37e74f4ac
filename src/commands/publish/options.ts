// The options of publish.
import { flag, text, type OptionInput, type OptionValues } from '../../options/options.ts'
import { ROW_OPTIONS } from '../../rows/options.ts'

export const PUBLISH_OPTIONS = {
  dryRun: flag({ help: 'list the files and their sizes; send nothing, create nothing' }),
  private: flag({ help: 'make a new repository private; an existing one stays as it is' }),
  license: text('ID', {
    help: 'licence in the card, as the hub names it, such as cc-by-4.0 (default: that of the source, if the source is on the hub)',
  }),
  folder: text('DIR', { help: 'keep the uploaded folder here (default: a temporary folder, deleted afterwards)' }),
  noEvidence: flag({ help: 'leave out the evidence beside the rows (OUT.evidence.parquet or .jsonl)' }),
  tokenFromEnv: text('VARIABLE', {
    help: 'environment variable with the token (default: HF_TOKEN, then the token that hf auth login stored)',
  }),
  format: ROW_OPTIONS.format,
}

export type PublishInput = OptionInput<typeof PUBLISH_OPTIONS>
export type PublishValues = OptionValues<typeof PUBLISH_OPTIONS>
