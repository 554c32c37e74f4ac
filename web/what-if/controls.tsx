// The policy's options as controls. An option stands in the address only where it differs from how the file was decided.
import type { PolicyOption } from '../../src/browse/api.ts'
import { go } from '../address.ts'

interface ControlsProps {
  policy: readonly PolicyOption[]
  options: Record<string, string>
}

export function Controls({ policy, options }: ControlsProps) {
  return (
    <div class="control-list">
      {policy.map((option) => {
        const isChanged = options[option.name] !== undefined
        const value = options[option.name] ?? textOf(option.value)
        const change = (next: string) => go({ options: changed(options, option, next) }, { replace: isChanged })
        return (
          <div class={`control ${isChanged ? 'changed' : ''}`} key={option.name}>
            <Control option={option} value={value} change={change} />
            <p id={`help-${option.name}`} class="control-help">
              {option.help}
            </p>
            {isChanged && (
              <p class="control-was">
                was <b>{textOf(option.value) || 'the default'}</b>{' '}
                <button type="button" class="quiet" onClick={() => change(textOf(option.value))}>
                  Undo<span class="hidden"> {option.flag}</span>
                </button>
              </p>
            )}
          </div>
        )
      })}
    </div>
  )
}

const textOf = (value: PolicyOption['value']) => (value === null ? '' : String(value))

function changed(options: Record<string, string>, { name, value }: PolicyOption, next: string): Record<string, string> {
  const { [name]: _old, ...others } = options
  return next === textOf(value) ? others : { ...others, [name]: next }
}

interface ControlProps {
  option: PolicyOption
  value: string
  change: (next: string) => void
}

function Control({ option, value, change }: ControlProps) {
  const { name, flag, kind, choices } = option
  const id = `option-${name}`
  if (kind === 'flag') {
    return (
      <label class="control-flag">
        <input
          id={id}
          type="checkbox"
          checked={value === 'true'}
          aria-describedby={`help-${name}`}
          onChange={(event) => change(String(event.currentTarget.checked))}
        />
        <span class="flag">{flag}</span>
      </label>
    )
  }
  return (
    <div class="control-field">
      <label for={id} class="flag">
        {flag}
      </label>
      {choices !== null ? (
        <select
          id={id}
          value={value}
          aria-describedby={`help-${name}`}
          onChange={(event) => change(event.currentTarget.value)}
        >
          {!choices.includes(value) && <option value={value}>{value || 'by default'}</option>}
          {choices.map((choice) => (
            <option key={choice} value={choice}>
              {choice}
            </option>
          ))}
        </select>
      ) : (
        <input
          id={id}
          type="text"
          inputMode={kind === 'number' ? 'decimal' : 'text'}
          value={value}
          aria-describedby={`help-${name}`}
          onChange={(event) => change(event.currentTarget.value)}
        />
      )}
    </div>
  )
}
