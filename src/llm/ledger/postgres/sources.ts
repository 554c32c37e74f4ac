// What replies have in common, named once in the ledger.
import type { LedgerEntry } from '../entry.ts'
import type { Session } from './session.ts'
import { storable } from './storable.ts'

const FIND = `
  WITH made AS (
    INSERT INTO winnow.sources (model, method, stage, prompt, endpoint) VALUES ($1, $2, $3, $4, $5)
    ON CONFLICT DO NOTHING RETURNING id
  )
  SELECT id FROM made
  UNION ALL SELECT id FROM winnow.sources WHERE (model, method, stage, prompt, endpoint) = ($1, $2, $3, $4, $5)`

export class Sources {
  readonly #session: Session
  readonly #known = new Map<string, number>()

  constructor(session: Session) {
    this.#session = session
  }

  /** Returns the number of the source of each entry. */
  async idsOf(entries: readonly LedgerEntry[]): Promise<number[]> {
    const ids: number[] = []
    for (const { model, endpoint, source } of entries) {
      const columns = [model, source.method, source.stage, source.prompt, endpoint].map(storable)
      const name = JSON.stringify(columns)
      const id = this.#known.get(name) ?? (await this.#find(columns))
      this.#known.set(name, id)
      ids.push(id)
    }
    return ids
  }

  async #find(columns: string[]): Promise<number> {
    // A statement does not see what another process has committed since its beginning.
    for (;;) {
      const [found] = await this.#session.query<{ id: number }>(FIND, columns)
      if (found !== undefined) return found.id
    }
  }
}
