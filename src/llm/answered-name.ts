// Notices that a server answers under another name than it was asked for, or under another than before: the model may be another one.
import { isModelOf } from './model-name.ts'

/** A server that answers, and whether the name that it is asked for is that of a deployment, which is free. */
interface AnsweringPlace {
  endpoint: string
  isDeployment?: boolean
}

export interface AnsweredNames {
  /** Looks at the name in a reply. One that is empty says nothing. */
  look(said: string, place: AnsweringPlace): void
}

/** Each is told once, whatever the number of servers: another name than was asked for, and a name that changed. */
export function answeredNames(
  { name: asked, tag }: { name: string; tag: string | undefined },
  onNotice: (sentence: string) => void,
): AnsweredNames {
  const kept = `Its replies are kept as those of ${tag === undefined ? asked : `${asked}#${tag}`}`
  const before = new Map<string, string>()
  const told = { other: false, change: false }
  return {
    look: (said, { endpoint, isDeployment = false }) => {
      const last = before.get(endpoint)
      if (said === '' || last === said) return
      before.set(endpoint, said)
      if (last !== undefined && !told.change) {
        told.change = true
        onNotice(
          `${endpoint} answered as ${JSON.stringify(last)}, and now answers as ${JSON.stringify(said)}: ` +
            `the model may have been renamed or replaced midway. ${kept}`,
        )
      } else if (!isDeployment && !told.other && !isModelOf(said, asked)) {
        told.other = true
        onNotice(
          `${endpoint} answers as ${JSON.stringify(said)}, and ${asked} was asked. ${kept}; ` +
            'if that is another model, stop, and give the name that it answers to',
        )
      }
    },
  }
}
