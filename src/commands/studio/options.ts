// The options of winnow studio.
import { flag, integer, text, type OptionValues } from '../../options/options.ts'

export const STUDIO_OPTIONS = {
  noOpen: flag({ help: 'only print the address, without opening a browser' }),
  port: integer('N', {
    help: 'port of the server (default: any that is free)',
    default: undefined,
    min: 1,
    max: 65_535,
  }),
  report: text('DIR', { help: "folder of an output's manifest and lists (default: next to the output)", rare: true }),
}

export type StudioValues = OptionValues<typeof STUDIO_OPTIONS>
