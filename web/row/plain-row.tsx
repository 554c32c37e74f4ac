// A row that no run decided about: its passages as they are in the file.
import type { RowView } from '../../src/browse/api.ts'
import { Column } from './column.tsx'
import { Marked } from './marked.tsx'

export function PlainRow({ view: { passages } }: { view: RowView }) {
  const columns = [
    { word: 'Positives', own: passages.filter(({ label }) => label === 'positive') },
    { word: 'Negatives', own: passages.filter(({ label }) => label !== 'positive') },
  ]
  return (
    <div class="columns">
      {columns.map(({ word, own }) => (
        <Column key={word} word={word}>
          <h3>
            {word} <span class="number">{own.length}</span>
          </h3>
          {own.map(({ id, title, text, label, origin, score }, index) => (
            <article key={id} class="passage">
              <header>
                <span class="place">
                  {label} {index + 1}
                </span>
                {origin !== 'given' && <span class="move plain">{origin}</span>}
                {score !== null && <span class="number">score {score}</span>}
                <span class="id clip" title={id}>
                  {id}
                </span>
              </header>
              {title !== undefined && title !== '' && <h4 dir="auto">{title}</h4>}
              <Marked text={text} mark={null} />
            </article>
          ))}
        </Column>
      ))}
    </div>
  )
}
