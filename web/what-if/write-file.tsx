// Writes the file that the policy being tried decides, and shows the command that does the same.
import { useState } from 'preact/hooks'
import type { RunView, Written } from '../../src/browse/api.ts'
import { ApiError, post } from '../api.ts'
import { Copy } from '../parts/copy.tsx'
import { Failed } from '../parts/states.tsx'
import { counted } from '../words.ts'

/** A name that is not taken: that of the file, with a word before its ending. */
const nameFor = (file: string) =>
  file.replace(/(\.jsonl?(\.gz|\.zst)?|\.parquet|\.csv|\.tsv|\.arrow)?$/i, (end) => `.what-if${end}`)

export function WriteFile({ run, options }: { run: RunView; options: Record<string, string> }) {
  const [out, setOut] = useState(nameFor(run.file))
  const [isWriting, setWriting] = useState(false)
  const [written, setWritten] = useState<(Written & { options: string }) | null>(null)
  const [error, setError] = useState<ApiError | null>(null)
  const key = JSON.stringify(options)
  const write = async (event: Event) => {
    event.preventDefault()
    setWriting(true)
    setError(null)
    try {
      setWritten({ ...(await post<Written>('what-if/write', { out })), options: key })
    } catch (reason) {
      if (reason instanceof ApiError) setError(reason)
    }
    setWriting(false)
  }
  const isThis = written !== null && written.options === key
  return (
    <section class="write" aria-label="Write this file">
      <h3>Write this file</h3>
      <form onSubmit={write}>
        <label>
          <span class="hidden">Name of the file, beside the one that is open</span>
          <input
            type="text"
            value={out}
            required
            spellcheck={false}
            onInput={(event) => setOut(event.currentTarget.value)}
          />
        </label>
        <button type="submit" class="button primary" disabled={isWriting}>
          {isWriting ? 'Writing …' : 'Write'}
        </button>
      </form>
      {error && <Failed error={error} />}
      {isThis && (
        <div role="status">
          <p>
            <b>{written.out}</b> is written: {counted(written.rows.all, 'row')}, {written.rows.changed} changed,{' '}
            {written.rows.dropped} dropped, {written.rows.undecided} undecided. The same in the terminal:
          </p>
          <Copy text={written.command} />
        </div>
      )}
    </section>
  )
}
