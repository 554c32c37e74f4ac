// One picture with its title, what it shows in a sentence, and the same figures as a table.
import type { Picture } from '../../src/html/pictures/picture.ts'
import { colourOf } from '../../src/html/tokens.ts'
import { Drawn } from './drawn.tsx'

export interface ShownPicture {
  title: string
  says: string
  picture: Picture
  /** The names of the colours, in their order. */
  key?: readonly string[]
  /** The figures, the names of the columns first. */
  table: readonly (readonly (string | number)[])[]
}

export function Figure({ shown: { title, says, picture, key = [], table } }: { shown: ShownPicture }) {
  return (
    <figure class="picture">
      <h2>{title}</h2>
      <p class="says">{says}</p>
      {key.length > 0 && (
        <p class="key">
          {key.map((word, index) => (
            <span key={word} style={{ '--own': colourOf(index) }}>
              {word}
            </span>
          ))}
        </p>
      )}
      <Drawn picture={picture} />
      <details>
        <summary>Figures</summary>
        <Figures table={table} />
      </details>
    </figure>
  )
}

function Figures({ table: [head = [], ...rows] }: { table: ShownPicture['table'] }) {
  return (
    <div class="wide" tabIndex={0} role="region" aria-label="Figures">
      <table class="differences figures">
        <thead>
          <tr>
            {head.map((word) => (
              <th scope="col" key={word}>
                {word}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row, index) => (
            <tr key={index}>
              {row.map((cell, at) => (
                <td key={at}>
                  {typeof cell === 'number' ? cell.toLocaleString('en', { maximumFractionDigits: 4 }) : cell}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}
