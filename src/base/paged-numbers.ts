// Lists of 32-bit numbers of any length in bounded memory: their pages share one pool, and those that do not fit lie in a nameless file.
import { ScratchFile } from './scratch-file.ts'

const BITS = 10
/** Numbers in a page of 4 KiB. */
const PAGE = 1 << BITS
const MASK = PAGE - 1
/** Pages in memory, of all lists together: 48 MiB. */
const FRAMES = 12 * 1024
const ABSENT = -1

/** Where the pages of a list are: a frame of the pool, a place in the file, or both. */
interface Places {
  frames: number[]
  inFile: number[]
}

const NO_POOL = new Uint32Array(0)
/** There is one while a list has a page in it. */
let pool = NO_POOL
const owners: (Places | undefined)[] = []
const pageIn = new Uint32Array(FRAMES)
const wasUsed = new Uint8Array(FRAMES)
const isChanged = new Uint8Array(FRAMES)
const freeFrames: number[] = []
const freePlaces: number[] = []
let taken = 0
let hand = 0
let file: ScratchFile | undefined
let pagesInFile = 0

/** A list whose holder is gone gives its pages back. */
const forgotten = new FinalizationRegistry(release)

/** A growing list of whole numbers from 0 to 2^32 - 1. Reading one costs some nanoseconds from the pool and some microseconds from the file. */
export class PagedNumbers {
  length = 0
  readonly #places: Places = { frames: [], inFile: [] }

  constructor() {
    forgotten.register(this, this.#places, this)
  }

  /** @param at below `length` */
  get(at: number): number {
    const frame = this.#frame(at)
    return pool[frame * PAGE + (at & MASK)] as number
  }

  set(at: number, value: number): void {
    const frame = this.#frame(at)
    isChanged[frame] = 1
    pool[frame * PAGE + (at & MASK)] = value
  }

  push(value: number): void {
    this.extend(this.length + 1)
    this.set(this.length - 1, value)
  }

  /** Makes the list longer by zeros. */
  extend(length: number): void {
    const { frames, inFile } = this.#places
    while (frames.length * PAGE < length) {
      frames.push(ABSENT)
      inFile.push(ABSENT)
    }
    this.length = length
  }

  /** Returns a copy of a part. */
  slice(from: number, to: number): Uint32Array {
    const copied = new Uint32Array(to - from)
    for (let at = from; at < to;) {
      const end = Math.min(to, (at | MASK) + 1)
      const start = this.#frame(at) * PAGE + (at & MASK)
      copied.set(pool.subarray(start, start + end - at), at - from)
      at = end
    }
    return copied
  }

  /** Empties the list and gives its pages back. */
  clear(): void {
    release(this.#places)
    this.length = 0
  }

  /** Returns the frame of the page of a number. */
  #frame(at: number): number {
    const page = Math.floor(at / PAGE)
    const frame = this.#places.frames[page] as number
    const held = frame === ABSENT ? fetchPage(this.#places, page) : frame
    wasUsed[held] = 1
    return held
  }
}

function fetchPage(places: Places, page: number): number {
  if (pool === NO_POOL) pool = new Uint32Array(FRAMES * PAGE)
  const frame = freeFrames.pop() ?? (taken < FRAMES ? taken++ : evicted())
  const place = places.inFile[page] as number
  const memory = pool.subarray(frame * PAGE, (frame + 1) * PAGE)
  if (place === ABSENT) memory.fill(0)
  else file?.fill(bytesOf(memory), place * PAGE * 4)
  owners[frame] = places
  pageIn[frame] = page
  // A page that was never written is zeros wherever it is kept.
  isChanged[frame] = 0
  places.frames[page] = frame
  return frame
}

/** Frees the next frame that was not used since the hand last passed it (the clock algorithm). */
function evicted(): number {
  for (;;) {
    const frame = hand
    hand = (hand + 1) % FRAMES
    if (wasUsed[frame] === 1) {
      wasUsed[frame] = 0
      continue
    }
    const places = owners[frame] as Places
    const page = pageIn[frame] as number
    if (isChanged[frame] === 1) places.inFile[page] = writePage(frame, places.inFile[page] as number)
    places.frames[page] = ABSENT
    return frame
  }
}

function release({ frames, inFile }: Places): void {
  for (const frame of frames.splice(0)) if (frame !== ABSENT) freeFrames.push(frame)
  for (const place of inFile.splice(0)) if (place !== ABSENT) freePlaces.push(place)
  if (taken > 0 && freeFrames.length === taken) forgetPool()
  if (pagesInFile > 0 && freePlaces.length === pagesInFile) forgetFile()
}

function forgetPool(): void {
  pool = NO_POOL
  ;[taken, hand, owners.length, freeFrames.length] = [0, 0, 0, 0]
  wasUsed.fill(0)
}

function forgetFile(): void {
  file?.close()
  file = undefined
  ;[pagesInFile, freePlaces.length] = [0, 0]
}

/** Writes a page to its place in the file, which is a new one the first time. */
function writePage(frame: number, before: number): number {
  file ??= new ScratchFile()
  const place = before === ABSENT ? (freePlaces.pop() ?? pagesInFile++) : before
  file.write(bytesOf(pool.subarray(frame * PAGE, (frame + 1) * PAGE)), place * PAGE * 4)
  return place
}

const bytesOf = ({ buffer, byteOffset, byteLength }: Uint32Array) => new Uint8Array(buffer, byteOffset, byteLength)
