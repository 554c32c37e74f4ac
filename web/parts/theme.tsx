// Light or dark: as the system says, until the reader says otherwise.
import { useEffect, useState } from 'preact/hooks'

const KEY = 'winnow-theme'

type Choice = 'light' | 'dark' | null

function stored(): Choice {
  try {
    const value = localStorage.getItem(KEY)
    return value === 'light' || value === 'dark' ? value : null
  } catch {
    return null
  }
}

const systemIsDark = () => matchMedia('(prefers-color-scheme: dark)').matches

export function Theme() {
  const [choice, setChoice] = useState<Choice>(stored)
  useEffect(() => {
    if (choice === null) delete document.documentElement.dataset['theme']
    else document.documentElement.dataset['theme'] = choice
  }, [choice])
  const isDark = choice === null ? systemIsDark() : choice === 'dark'
  const next = isDark ? 'light' : 'dark'
  const turn = () => {
    const wanted = next === (systemIsDark() ? 'dark' : 'light') ? null : next
    try {
      if (wanted === null) localStorage.removeItem(KEY)
      else localStorage.setItem(KEY, wanted)
    } catch {
      // Without storage the choice holds until the page is closed.
    }
    setChoice(wanted)
  }
  return (
    <button type="button" class="icon" aria-label={`Switch to ${next}`} title={`Switch to ${next}`} onClick={turn}>
      <span aria-hidden="true">{isDark ? '☀' : '☾'}</span>
    </button>
  )
}
