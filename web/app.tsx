// The frame around every view: the run in one line, the views, and the keys that work everywhere.
import { useEffect, useErrorBoundary, useState } from 'preact/hooks'
import type { RunView } from '../src/browse/api.ts'
// Every text that Preact sets goes through this door.
import { harmlessIn } from '../src/html/harmless-vnodes.ts'
import { go, usePlace, type Place, type View } from './address.ts'
import { ApiError, openedFrom, useFetched } from './api.ts'
import { Agreement } from './audit/agreement.tsx'
import { Audit } from './audit/audit.tsx'
import { Browse } from './browse/browse.tsx'
import { useKeys } from './keys.ts'
import { Help } from './parts/help.tsx'
import { Failed, Waiting } from './parts/states.tsx'
import { Theme } from './parts/theme.tsx'
import { Pictures } from './pictures/pictures.tsx'
import { Report } from './report/report.tsx'
import { WhatIfView } from './what-if/what-if.tsx'
import { counted } from './words.ts'

/** Milliseconds between looks at how the index comes along. */
const LOOK = 700

export function App() {
  const place = usePlace()
  const { value: run, error, again } = useFetched<RunView>('run')
  const [hasHelp, setHelp] = useState(false)
  useEffect(() => {
    if (!run?.indexing) return undefined
    const timer = window.setTimeout(again, LOOK)
    return () => clearTimeout(timer)
  }, [run])
  useEffect(() => {
    if (run) openedFrom(run.path)
    document.title = run ? `${harmlessIn(run.file)} · ${VIEW_WORDS[place.view]} · Winnow` : 'Winnow'
  }, [run, place.view])
  useKeys(place.view === 'audit' ? { '?': () => setHelp(true) } : viewKeys(run, () => setHelp(true)))
  return (
    <>
      <a class="skip" href="#main">
        To the content
      </a>
      <Header run={run} view={place.view} onHelp={() => setHelp(true)} />
      <main id="main" class={`main in-${place.view}`} tabIndex={-1}>
        {error && !run ? <Failed error={error} again={again} /> : null}
        {!run && !error && <Waiting words="Opening the file" />}
        {run && <Shown key={place.view} run={run} place={place} again={again} />}
      </main>
      {hasHelp && <Help onClose={() => setHelp(false)} />}
    </>
  )
}

interface ShownProps {
  run: RunView
  place: Place
  again: () => void
}

/** A view; where it fails, the page says so, and the others go on. */
function Shown(props: ShownProps) {
  const [error, reset] = useErrorBoundary()
  if (!error) return <ViewOf {...props} />
  const message = `This view failed: ${error instanceof Error ? error.message : String(error)}`
  return <Failed error={new ApiError(message, null, 500)} again={reset} />
}

function ViewOf({ run, place, again }: ShownProps) {
  if (place.view === 'audit') return <Audit run={run} place={place} />
  if (place.view === 'agreement') return <Agreement run={run} place={place} />
  if (run.kind !== 'rows') return <Report run={run} />
  if (place.view === 'pictures') return <Pictures />
  if (place.view === 'what-if') return <WhatIfView run={run} place={place} />
  return <Browse run={run} place={place} again={again} />
}

const VIEW_WORDS: Record<View, string> = {
  browse: 'Browse',
  'what-if': 'What if',
  pictures: 'Pictures',
  audit: 'Audit',
  agreement: 'Agreement',
}

/** The views that a file has. */
function viewsOf(run: RunView | null): View[] {
  if (!run) return []
  if (run.kind !== 'rows') return run.audits.length > 0 ? ['browse', 'audit', 'agreement'] : ['browse']
  // Rows that no run decided about can only be read.
  if (run.method === null) return ['browse']
  return ['browse', 'what-if', 'pictures', 'audit', 'agreement']
}

function viewKeys(run: RunView | null, help: () => void) {
  const letters: Record<View, string> = { browse: 'b', 'what-if': 'w', pictures: 'p', audit: 'a', agreement: 'g' }
  const views = viewsOf(run).map((view) => [letters[view], () => go({ view })] as const)
  return { ...Object.fromEntries(views), '?': help }
}

function Header({ run, view, onHelp }: { run: RunView | null; view: View; onHelp: () => void }) {
  return (
    <header class="top">
      <h1 class="brand">
        <span class="brand-mark" aria-hidden="true" />
        <span class="clip">{run?.file ?? 'Winnow'}</span>
      </h1>
      {run && <p class="about clip">{aboutOf(run)}</p>}
      <nav class="views" aria-label="Views">
        {viewsOf(run).map((one) => (
          <button
            key={one}
            type="button"
            class="view"
            aria-current={one === view ? 'page' : undefined}
            onClick={() => go({ view: one })}
          >
            {run?.kind !== 'rows' && one === 'browse' ? 'Report' : VIEW_WORDS[one]}
          </button>
        ))}
      </nav>
      <div class="top-tools">
        <Theme />
        <button type="button" class="icon" aria-label="Keys" aria-keyshortcuts="?" title="Keys (?)" onClick={onHelp}>
          ?
        </button>
      </div>
    </header>
  )
}

function aboutOf({ command, method, rows, falseNegatives, kind }: RunView): string {
  if (kind !== 'rows') return `winnow ${command ?? kind}`
  const found = falseNegatives > 0 ? `${counted(falseNegatives, 'false negative')} in ` : ''
  return [command, method, `${found}${counted(rows.all, 'row')}`].filter(Boolean).join(' · ')
}
