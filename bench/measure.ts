// Compares contenders on a machine with other load: several times in turns, by the median of the ratios within a turn.

/** The result of a contender in one turn. */
export interface Turn {
  /** Items per second. */
  rate: number
  /** Processor time of the main thread in microseconds per item. It hardly depends on other load of the machine. */
  cpu: number
}

export type Turns<Name extends string> = Record<Name, Turn[]>

/** Runs every contender once to warm up, then `count` times in turns. Each returns the number of items it processed. */
export async function inTurns<Name extends string>(
  count: number,
  contenders: Record<Name, () => Promise<number>>,
): Promise<Turns<Name>> {
  const names = Object.keys(contenders) as Name[]
  const turns = Object.fromEntries(names.map((name) => [name, [] as Turn[]])) as Turns<Name>
  for (let turn = 0; turn <= count; turn++) {
    for (const name of names) {
      const taken = await take(contenders[name])
      if (turn > 0) turns[name].push(taken)
    }
  }
  return turns
}

async function take(work: () => Promise<number>): Promise<Turn> {
  const started = performance.now()
  const before = process.threadCpuUsage()
  const things = await work()
  const { user, system } = process.threadCpuUsage(before)
  return { rate: things / ((performance.now() - started) / 1000), cpu: (user + system) / things }
}

export async function rateOf(work: () => Promise<number>): Promise<number> {
  return (await take(work)).rate
}

export function median(values: number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = sorted.length / 2
  return ((sorted[Math.ceil(middle) - 1] ?? NaN) + (sorted[Math.floor(middle)] ?? NaN)) / 2
}

export const medianRate = (turns: Turn[]): number => median(turns.map(({ rate }) => rate))
export const medianCpu = (turns: Turn[]): number => median(turns.map(({ cpu }) => cpu))

/** Returns the rate of one contender divided by that of another, turn by turn. */
const ratios = (turns: Turn[], base: Turn[]) => turns.map(({ rate }, turn) => rate / (base[turn]?.rate ?? NaN))

export const ratio = (turns: Turn[], base: Turn[]): number => median(ratios(turns, base))

/** Formats the median ratio with the smallest and the largest. */
export function ratioText(turns: Turn[], base: Turn[]): string {
  const all = ratios(turns, base)
  return `${median(all).toFixed(2)} (${Math.min(...all).toFixed(2)}–${Math.max(...all).toFixed(2)})`
}
