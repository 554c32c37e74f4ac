// The page of winnow publish: the files with their sizes, and what was done with them.
import { counted, plural } from '../../base/format.ts'
import { hanging, type PageStyle } from '../../terminal/page.ts'
import type { PublishReport } from './publish.ts'

export function publishPage(report: PublishReport, style: PageStyle): string[] {
  const { target, files, rows, notices } = report
  const width = Math.max(...files.map(({ path }) => path.length))
  const total = files.reduce((sum, { bytes }) => sum + bytes, 0)
  return [
    style.heading(
      `${target}: ${rows === null ? '' : `${plural(rows, 'row')} in `}${plural(files.length, 'file')}, ${sizeText(total)}`,
    ),
    ...files.map(({ path, bytes }) => `  ${path.padEnd(width)}  ${sizeText(bytes).padStart(9)}`),
    ...notices.flatMap((notice) => hanging('! ', notice, style.width)),
    ...hanging('', resultText(report), style.width),
  ]
}

function resultText({ published, url, target }: PublishReport): string {
  if (published === null) return 'Dry run: nothing was sent or created. Without --dry-run these files are published.'
  const { isNew, commit, sent, there } = published
  if (commit === null) return `Everything was there already: ${url}`
  const had = there > 0 ? `, ${plural(there, 'file')} there already` : ''
  return `${isNew ? 'New data set' : 'Published'}: ${url} (commit ${commit.slice(0, 8)}; ${plural(sent, 'file')} sent${had}). To check it: winnow doctor ${target}`
}

function sizeText(bytes: number): string {
  if (bytes < 1e3) return `${counted(bytes)} B`
  if (bytes < 1e6) return `${(bytes / 1e3).toFixed(1)} kB`
  return bytes < 1e9 ? `${(bytes / 1e6).toFixed(1)} MB` : `${(bytes / 1e9).toFixed(2)} GB`
}
