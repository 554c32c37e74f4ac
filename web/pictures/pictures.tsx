// Pictures of a run over rows.
import { useMemo } from 'preact/hooks'
import type { Pictures as Figures } from '../../src/browse/api.ts'
import { useFetched } from '../api.ts'
import { Failed, Nothing, Waiting } from '../parts/states.tsx'
import { Figure } from './figure.tsx'
import { picturesOf } from './run-pictures.ts'

export function Pictures() {
  const { value, error, again } = useFetched<Figures>('pictures')
  const pictures = useMemo(() => (value ? picturesOf(value) : []), [value])
  if (error) return <Failed error={error} again={again} />
  if (!value) return <Waiting words="Counting" />
  if (pictures.length === 0)
    return <Nothing title="No model was asked about these rows, so there is nothing to draw." />
  return (
    <div class="pictures">
      {pictures.map((picture) => (
        <Figure key={picture.title} shown={picture} />
      ))}
    </div>
  )
}
