// A report of compare, prune, judges or diagnose: the contents of its page for a file, and for a comparison what is behind each query.
import type { ComponentChildren } from 'preact'
import { useMemo } from 'preact/hooks'
import type { RunView } from '../../src/browse/api.ts'
import { compareContents } from '../../src/commands/compare/html.ts'
import type { CompareReport } from '../../src/commands/compare/report.ts'
import { diagnosisContents } from '../../src/commands/diagnose/html.ts'
import type { DiagnosisReport } from '../../src/commands/diagnose/report.ts'
import { judgesContents } from '../../src/commands/judges/html.ts'
import type { JudgesReport } from '../../src/commands/judges/report.ts'
import { pruneContents } from '../../src/commands/prune/html.ts'
import type { PruneReport } from '../../src/commands/prune/report.ts'
import type { PageContents } from '../../src/html/frame.ts'
import type { Picture } from '../../src/html/pictures/picture.ts'
import { useFetched } from '../api.ts'
import { Failed, Waiting } from '../parts/states.tsx'
import { Drawn } from '../pictures/drawn.tsx'
import { CompareQueries } from './compare.tsx'

export function Report({ run }: { run: RunView }) {
  const { value, error, again } = useFetched<unknown>('report')
  if (error) return <Failed error={error} again={again} />
  if (!value) return <Waiting words="Reading the report" />
  return <Contents kind={run.kind} report={value} />
}

function Contents({ kind, report }: { kind: RunView['kind']; report: unknown }) {
  const contents = useMemo(() => contentsOf(kind, report), [kind, report])
  if (!contents) return null
  return (
    <div class="report">
      <header class="report-head">
        <h2>{contents.title}</h2>
        <p class="lead">{contents.lead as ComponentChildren}</p>
      </header>
      <div class="report-body">{contents.body(draw) as ComponentChildren}</div>
    </div>
  )
}

const draw = (picture: Picture) => <Drawn picture={picture} />

function contentsOf(kind: RunView['kind'], report: unknown): PageContents | null {
  if (kind === 'compare') return compareContents(report as CompareReport, (own) => [<CompareQueries report={own} />])
  if (kind === 'prune') return pruneContents(report as PruneReport)
  if (kind === 'judges') return judgesContents(report as JudgesReport)
  if (kind === 'diagnose') return diagnosisContents(report as DiagnosisReport)
  return null
}
