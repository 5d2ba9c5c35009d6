// Paired timing: candidate and floor alternate in small rounds inside one process, so that a machine that
// speeds up or slows down does so for both; quoted is the median of the rounds' ratios.

export interface Paired {
  readonly name: string
  readonly candidateMs: number
  readonly floorMs: number
  readonly ratio: number
  /** 10th and 90th percentile of the rounds' ratios. */
  readonly spread: readonly [number, number]
  /** Fastest round of the one over fastest round of the other: what a busy machine distorts least. */
  readonly best: number
  readonly rounds: number
  readonly aim: number | null
}

export type Work = () => Promise<unknown>

function quantile(sorted: readonly number[], q: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))] ?? Number.NaN
}

async function time(work: Work, times: number): Promise<number> {
  const start = performance.now()
  for (let i = 0; i < times; i++) await work()
  return (performance.now() - start) / times
}

/** Runs both sides alternately; `perRound` calls of each a round. */
export async function pair(
  name: string,
  candidate: Work,
  floor: Work,
  options: { rounds: number; perRound: number; aim?: number },
): Promise<Paired> {
  const { rounds, perRound } = options
  await time(candidate, Math.max(20, perRound))
  await time(floor, Math.max(20, perRound))
  const candidates: number[] = []
  const floors: number[] = []
  const ratios: number[] = []
  for (let round = 0; round < rounds; round++) {
    const first = await time(candidate, perRound)
    const second = await time(floor, perRound)
    candidates.push(first)
    floors.push(second)
    ratios.push(first / second)
  }
  const by = (values: number[]): number[] => values.toSorted((a, b) => a - b)
  const sorted = by(ratios)
  return {
    name,
    candidateMs: quantile(by(candidates), 0.5),
    floorMs: quantile(by(floors), 0.5),
    ratio: quantile(sorted, 0.5),
    best: Math.min(...candidates) / Math.min(...floors),
    spread: [quantile(sorted, 0.1), quantile(sorted, 0.9)],
    rounds,
    aim: options.aim ?? null,
  }
}
