// Dictionaries: what replies of one source (a model and a prompt version) often say, kept once in the ledger to compress bodies with.
import type { DatabaseSync } from 'node:sqlite'
import { WinnowError } from '../../../base/errors.ts'
import { numberOf } from '../body.ts'

/** A larger dictionary makes bodies smaller, and each takes longer to pack. */
const MOST_BYTES = 11_264
/** Taken from several replies, so that a single odd one is not most of the dictionary. */
const PIECES = 8
const PIECE_BYTES = MOST_BYTES / PIECES
/** Short replies make a dictionary once there are this many, even if it is smaller. */
const MOST_REPLIES = 64

/** A dictionary, with the number by which bodies name it. */
export interface Dictionary {
  id: number
  bytes: Buffer
}

export class Dictionaries {
  readonly #db: DatabaseSync
  readonly #known = new Map<number, Buffer>()

  constructor(db: DatabaseSync) {
    this.#db = db
  }

  /** Returns the dictionary that a body names; another process may have made it a moment ago. @throws WinnowError if it is damaged or gone */
  readonly get = (id: number): Buffer => {
    const known = this.#known.get(id)
    if (known !== undefined) return known
    const found = this.#db.prepare('SELECT bytes FROM dictionaries WHERE id = ?').get(id) as Found | undefined
    if (found === undefined || numberOf(found.bytes) !== id) throw this.#damaged(id)
    const dictionary = Buffer.from(found.bytes)
    this.#known.set(id, dictionary)
    return dictionary
  }

  /** Returns the dictionary of a source; undefined if it has none yet. @throws WinnowError if it is damaged or gone */
  of(source: number): Dictionary | undefined {
    const { dictionary } = this.#db.prepare('SELECT dictionary FROM sources WHERE id = ?').get(source) as {
      dictionary: number | null
    }
    return dictionary === null ? undefined : { id: dictionary, bytes: this.get(dictionary) }
  }

  /**
   * Gives a source its dictionary and returns it; if another process was first, the source keeps that one. Call it before the transaction
   * that uses it, so that no reply is packed with a dictionary that is not in the ledger yet.
   */
  learn(source: number, bytes: Buffer): Dictionary | undefined {
    const id = numberOf(bytes)
    this.#db.prepare('INSERT OR IGNORE INTO dictionaries (id, bytes) VALUES (?, ?)').run(id, bytes)
    this.#db.prepare('UPDATE sources SET dictionary = ? WHERE id = ? AND dictionary IS NULL').run(id, source)
    return this.of(source)
  }

  #damaged(id: number): WinnowError {
    return new WinnowError('ledger', `dictionary ${id} of the ledger is damaged or gone`, {
      hint: 'The replies that are packed by it cannot be read. Take a copy of the ledger from before, or name another file with --ledger.',
    })
  }
}

interface Found {
  bytes: Uint8Array
}

/** Gathers a dictionary from the first bodies of a source, a different part of each, so that it covers beginnings and ends. */
export class FirstBodies {
  readonly #pieces: Buffer[] = []
  #bytes = 0

  add(body: Buffer): void {
    const room = Math.max(0, body.length - PIECE_BYTES)
    const start = Math.round((room * (this.#pieces.length % PIECES)) / (PIECES - 1))
    const piece = body.subarray(start, start + PIECE_BYTES)
    this.#pieces.push(piece)
    this.#bytes += piece.length
  }

  /** Returns undefined until there are enough bodies. */
  dictionary(): Buffer | undefined {
    if (this.#bytes < MOST_BYTES && this.#pieces.length < MOST_REPLIES) return undefined
    return Buffer.concat(this.#pieces).subarray(0, MOST_BYTES)
  }
}
