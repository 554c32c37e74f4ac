// Counts before and after, with the difference in figures and as a bar.
import type { WhatIf } from '../../src/browse/api.ts'
import { count, labelWord, SIGNS, toneOf } from '../words.ts'

type Side = WhatIf['before']

const ROWS = ['changed', 'dropped', 'undecided', 'kept'] as const

export function Differences({ before, after }: { before: Side; after: Side | null }) {
  const rows = ROWS.map((word) => ({ word: `${word} rows`, was: before[word], is: after?.[word] ?? null }))
  const passages = (['positives', 'negatives'] as const).map((word) => ({
    word,
    was: before.passages[word][1],
    is: after?.passages[word][1] ?? null,
  }))
  return (
    <div class="wide" tabIndex={0} role="region" aria-label="Counts before and after">
      <table class="differences">
        <thead>
          <tr>
            <th scope="col">
              <span class="hidden">what</span>
            </th>
            <th scope="col">now</th>
            <th scope="col">what if</th>
            <th scope="col">difference</th>
            <th scope="col" class="bar-head">
              <span class="hidden">as a bar</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {[rows, passages].map((group, at) => {
            const most = Math.max(1, ...group.flatMap(({ was, is }) => [was, is ?? was]))
            return group.map(({ word, was, is }, index) => (
              <tr key={word} class={at > 0 && index === 0 ? 'group' : ''}>
                <th scope="row">{word}</th>
                <td>{count(was)}</td>
                <td>{is === null ? '' : <b>{count(is)}</b>}</td>
                <td class={toneOfDifference(was, is)}>{differenceOf(was, is)}</td>
                <td class="bar-cell" aria-hidden="true">
                  <Bar was={was} is={is} most={most} />
                </td>
              </tr>
            ))
          })}
        </tbody>
      </table>
    </div>
  )
}

function differenceOf(was: number, is: number | null): string {
  if (is === null) return ''
  if (is === was) return '='
  return is > was ? `+${count(is - was)}` : `−${count(was - is)}`
}

const toneOfDifference = (was: number, is: number | null) =>
  is === null || is === was ? 'same' : is > was ? 'more' : 'less'

/** What stays is solid; what comes is added, what goes is hatched. */
function Bar({ was, is, most }: { was: number; is: number | null; most: number }) {
  const share = (value: number) => `${(100 * value) / most}%`
  const now = is ?? was
  return (
    <span class="bar">
      <span class="bar-same" style={{ width: share(Math.min(was, now)) }} />
      {now > was && <span class="bar-more" style={{ width: share(now - was) }} />}
      {now < was && <span class="bar-less" style={{ width: share(was - now) }} />}
    </span>
  )
}

export function Moves({ moves }: { moves: WhatIf['moves'] }) {
  const most = Math.max(...moves.map(({ passages }) => passages))
  return (
    <section>
      <h3>Passages that would come out otherwise</h3>
      <table class="differences moves">
        <thead>
          <tr>
            <th scope="col">now</th>
            <th scope="col">what if</th>
            <th scope="col">passages</th>
            <th scope="col" class="bar-head">
              <span class="hidden">as a bar</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {moves.map(({ from, to, passages }) => (
            <tr key={`${from} ${to}`}>
              <td class="left">{labelWord(from)}</td>
              <td class={`left ${toneOf(to)}`}>
                <span aria-hidden="true">{SIGNS[to] ?? ''} </span>
                <b>{labelWord(to)}</b>
              </td>
              <td>{count(passages)}</td>
              <td class="bar-cell" aria-hidden="true">
                <span class="bar">
                  <span class="bar-same" style={{ width: `${(100 * passages) / most}%` }} />
                </span>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  )
}
