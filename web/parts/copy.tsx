// A command to copy.
import { useState } from 'preact/hooks'

export function Copy({ text }: { text: string }) {
  const [isCopied, setCopied] = useState(false)
  const copy = async () => {
    await navigator.clipboard.writeText(text)
    setCopied(true)
  }
  return (
    <div class="copy">
      <pre tabIndex={0} aria-label="Command">
        {text}
      </pre>
      <button type="button" class="button" onClick={copy}>
        <span aria-live="polite">{isCopied ? 'Copied' : 'Copy'}</span>
      </button>
    </div>
  )
}
