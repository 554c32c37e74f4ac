// The list of all keys, over the page.
import { useEffect, useRef } from 'preact/hooks'
import { AUDIT_KEYS, BROWSE_KEYS, VIEW_KEYS } from '../keys.ts'

export function Help({ onClose }: { onClose: () => void }) {
  const box = useRef<HTMLDialogElement>(null)
  useEffect(() => {
    const dialog = box.current as HTMLDialogElement
    dialog.showModal()
  }, [])
  return (
    <dialog
      class="help"
      ref={box}
      aria-labelledby="help-title"
      onClose={onClose}
      onClick={closeOutside}
      onKeyDown={closeByKey}
    >
      <div class="help-body">
        <h2 id="help-title">Keys</h2>
        <KeyTable title="Browse" keys={BROWSE_KEYS} />
        <KeyTable title="Audit" keys={AUDIT_KEYS} />
        <KeyTable title="Everywhere but in an audit" keys={VIEW_KEYS} />
        <form method="dialog">
          <button type="submit" class="button">
            Close <kbd>Esc</kbd>
          </button>
        </form>
      </div>
    </dialog>
  )
}

const closeOutside = (event: MouseEvent) => {
  if (event.target instanceof HTMLDialogElement) event.target.close()
}

const closeByKey = (event: KeyboardEvent) => {
  if (event.key === '?') (event.currentTarget as HTMLDialogElement).close()
}

function KeyTable({ title, keys }: { title: string; keys: [string, string][] }) {
  return (
    <section>
      <h3>{title}</h3>
      <dl>
        {keys.map(([key, does]) => (
          <div key={key}>
            <dt>
              {key.split('  ').map((one) => (
                <kbd key={one}>{one}</kbd>
              ))}
            </dt>
            <dd>{does}</dd>
          </div>
        ))}
      </dl>
    </section>
  )
}
