// The work of winnow studio: serves until it is interrupted.
import { once } from 'node:events'
import { readOptions } from '../../options/options.ts'
import type { Work } from '../../terminal/command.ts'
import { ERRORS, print } from '../../terminal/door.ts'
import { printReport, withShell } from '../../terminal/shell.ts'
import { openBrowser } from './browser.ts'
import { STUDIO_OPTIONS, type StudioValues } from './options.ts'
import { startStudio } from './studio.ts'

export const work: Work = async ([rows = ''], given, shell) => {
  const values = readOptions(STUDIO_OPTIONS, given) as StudioValues
  await withShell(
    shell,
    async (hooks, { say }) => {
      const studio = await startStudio(rows, values, hooks)
      try {
        await printReport(shell, { address: studio.address }, () => [studio.address])
        if (!values.noOpen) {
          openBrowser(studio.address)
          print('Serving on this machine alone. Ctrl-C ends it.', ERRORS)
        }
        studio.failed.catch((error: Error) => say(`note: the index is not complete: ${error.message}`))
        const { signal } = hooks
        if (signal && !signal.aborted) await once(signal, 'abort')
      } finally {
        await studio.close()
      }
    },
    { stopping: 'the studio ends' },
  )
  return 0
}
