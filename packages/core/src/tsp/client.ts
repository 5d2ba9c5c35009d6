import type { Digest } from '../cms/signer.ts'
import { CountersignError } from '../error.ts'
import { UNKNOWN_TOKEN_SIZE } from './authority.ts'
import type { ImprintRequest, TimestampAuthority, TimestampContext } from './authority.ts'
import { Breaker, type BreakerOptions } from './breaker.ts'
import { acceptTimestampReply, type CheckedToken } from './check-reply.ts'
import { Gate } from './gate.ts'
import { Pace } from './pace.ts'
import { encodeTimestampQuery } from './request.ts'
import { tsaError } from './tsa-error.ts'

/** One TSA: how to ask it. What it answers is checked by the client. */
export interface TimestampSource {
  /** For audit and errors: its URL, or a name. No secrets. */
  readonly id: string
  /** Takes DER of a TimeStampReq, gives DER of a TimeStampResp. */
  readonly ask: (request: Uint8Array, signal: AbortSignal) => Promise<Uint8Array>
  /** Policy to ask for, a dotted OID; default any (T1). */
  readonly policy?: string
  /** Milliseconds for one try; default 30 000, at most 180 000 (T2, PKI-07). */
  readonly timeoutMilliseconds?: number
  /** Tries before the next source; default 1. */
  readonly tries?: number
  /** Questions under way at once; default 4 (PKI-07). */
  readonly parallel?: number
  /** Questions in a minute, evenly spaced; default as many as come (T7). */
  readonly perMinute?: number
}

/** What came of asking one TSA once (T7: calls are counted and can be limited by the caller). */
export interface TimestampAttempt {
  readonly source: string
  /** `granted`, or the error's code. */
  readonly outcome: string
  readonly reason?: string
  readonly milliseconds: number
  /** Of a token: serial number in hex, and its time. */
  readonly serial?: string
  readonly genTime?: Date
  readonly bytes?: number
}

export interface TimestampClientOptions {
  /** Asked in this order until one gives a good token (T5). */
  readonly sources: readonly TimestampSource[]
  readonly now: () => Date
  /** Random bytes for nonces. */
  readonly random: (length: number) => Uint8Array
  /** Milliseconds for all sources together; default 300 000. */
  readonly deadlineMilliseconds?: number
  /** T4, default five minutes. */
  readonly toleranceMilliseconds?: number
  readonly breaker?: BreakerOptions
  /** Monotonic milliseconds, for timing and the breaker; default performance.now. */
  readonly ticks?: () => number
  readonly onAttempt?: (attempt: TimestampAttempt) => void
}

const TIMEOUT = 30_000
const MAX_TIMEOUT = 180_000
const DEADLINE = 300_000
const PARALLEL = 4

interface SourceState {
  readonly source: TimestampSource
  readonly breaker: Breaker
  readonly gate: Gate
  readonly pace: Pace | undefined
  /** Largest token seen, by digest of the imprint (T6). */
  readonly sizes: Map<Digest, number>
}

/** Runs work under a limit of its own; the timer is gone when the work is done. */
async function within<T>(
  milliseconds: number,
  outer: AbortSignal | undefined,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const stop = new AbortController()
  const late = new Promise<never>((_, reject) => {
    stop.signal.addEventListener('abort', () => reject(stop.signal.reason as Error), { once: true })
  })
  const timer = setTimeout(() => stop.abort(tsaError('TSA_TIMEOUT', 'no answer in time')), milliseconds)
  const leave = (): void => {
    const reason: unknown = outer?.reason
    const timeout = reason instanceof CountersignError
    stop.abort(timeout ? reason : new CountersignError('ABORTED', 'The time stamp was cancelled.'))
  }
  outer?.addEventListener('abort', leave, { once: true })
  if (outer?.aborted === true) leave()
  try {
    return await Promise.race([work(stop.signal), late])
  } finally {
    clearTimeout(timer)
    outer?.removeEventListener('abort', leave)
  }
}

/** What a transport threw, as an error of the TSA. */
function transportError(error: unknown): CountersignError {
  if (error instanceof CountersignError && (error.code === 'ABORTED' || error.code.startsWith('TSA_'))) return error
  const reason = error instanceof CountersignError ? String(error.details['reason'] ?? error.message) : 'it failed'
  return tsaError('TSA_UNREACHABLE', reason, error)
}

/** Asks TSAs in order and checks what they answer (T1 to T6). */
class TimestampClient implements TimestampAuthority {
  readonly #options: TimestampClientOptions
  readonly #states: readonly SourceState[]
  readonly #ticks: () => number

  constructor(options: TimestampClientOptions) {
    this.#options = options
    this.#ticks = options.ticks ?? ((): number => performance.now())
    this.#states = options.sources.map((source) => ({
      source,
      breaker: new Breaker(options.breaker),
      gate: new Gate(source.parallel ?? PARALLEL),
      pace: source.perMinute === undefined ? undefined : new Pace(source.perMinute, this.#ticks),
      sizes: new Map(),
    }))
  }

  sizeHint(digest: Digest): number {
    return Math.max(...this.#states.map(({ sizes }) => sizes.get(digest) ?? UNKNOWN_TOKEN_SIZE))
  }

  async timestamp(request: ImprintRequest, context: TimestampContext = {}): Promise<Uint8Array> {
    const started = this.#ticks()
    const deadline = started + (this.#options.deadlineMilliseconds ?? DEADLINE)
    const attempts: string[] = []
    let last: CountersignError | undefined
    for (const state of this.#states)
      for (let left = state.source.tries ?? 1; left > 0; left--) {
        const answer = await this.#attempt(state, request, deadline, context.signal)
        if (!(answer instanceof CountersignError)) return answer.der
        if (answer.code === 'ABORTED') throw answer
        attempts.push(`${state.source.id}: ${answer.code}`)
        last = answer
        if (answer.code === 'TSA_PAUSED') break
      }
    throw new CountersignError('TSA_FAILED', `No time stamp was given: ${attempts.join('; ')}.`, {
      retryable: last?.retryable ?? false,
      details: { attempts, code: last?.code ?? null, reason: String(last?.details['reason'] ?? '') },
      ...(last === undefined ? {} : { cause: last }),
    })
  }

  async #attempt(
    state: SourceState,
    request: ImprintRequest,
    deadline: number,
    signal: AbortSignal | undefined,
  ): Promise<CheckedToken | CountersignError> {
    const started = this.#ticks()
    const { source, breaker } = state
    const limit = Math.min(source.timeoutMilliseconds ?? TIMEOUT, MAX_TIMEOUT, deadline - started)
    let answer: CheckedToken | CountersignError
    if (limit <= 0) answer = tsaError('TSA_TIMEOUT', 'the time for all authorities together is over')
    else if (!breaker.enter(started)) answer = tsaError('TSA_PAUSED', 'it failed before and is left alone for a while')
    else {
      const work = async (stop: AbortSignal): Promise<CheckedToken> => {
        await state.pace?.wait(stop)
        return this.#ask(state, request, limit, stop)
      }
      // Waiting for a place counts for the deadline of all, not for the time one answer may take.
      answer = await within(deadline - started, signal, (stop) => state.gate.run(stop, () => work(stop))).catch(
        transportError,
      )
      this.#settle(state, request.digest, answer)
    }
    this.#report(source, answer, started)
    return answer
  }

  async #ask(
    { source }: SourceState,
    request: ImprintRequest,
    limit: number,
    signal: AbortSignal,
  ): Promise<CheckedToken> {
    const { now, random, toleranceMilliseconds } = this.#options
    const query = encodeTimestampQuery(request, random, source.policy)
    const sent = now()
    const reply = await within(limit, signal, (stop) => source.ask(query.der, stop))
    const times = { sent, received: now() }
    const tolerance = toleranceMilliseconds === undefined ? {} : { toleranceMilliseconds }
    return acceptTimestampReply(reply, query, { ...times, ...tolerance })
  }

  #settle({ breaker, sizes }: SourceState, digest: Digest, answer: CheckedToken | CountersignError): void {
    if (!(answer instanceof CountersignError)) {
      breaker.succeeded()
      sizes.set(digest, Math.max(sizes.get(digest) ?? 0, answer.der.length))
    } else if (answer.code === 'ABORTED') breaker.left()
    else breaker.failed(this.#ticks())
  }

  #report({ id }: TimestampSource, answer: CheckedToken | CountersignError, started: number): void {
    const milliseconds = this.#ticks() - started
    if (answer instanceof CountersignError) {
      const reason = String(answer.details['reason'] ?? '')
      this.#options.onAttempt?.({ source: id, outcome: answer.code, reason, milliseconds })
      return
    }
    const { serial, genTime } = answer.info
    const token = { serial: serial.toString(16), genTime, bytes: answer.der.length }
    this.#options.onAttempt?.({ source: id, outcome: 'granted', milliseconds, ...token })
  }
}

/**
 * A TimestampAuthority over any transport: builds the RFC 3161 question, checks the reply (T3, T4), goes on to the next source
 * when one fails, leaves a failing one alone for a while, and remembers token sizes.
 *
 * @throws CountersignError ARGUMENT_INVALID without a source. What it gives throws TSA_FAILED with `attempts`, ABORTED.
 * @example
 * ```ts
 * const tsa = createTimestampClient({ sources: [{ id: 'in process', ask: async (der) => stamp(der) }], now: () => new Date(), random })
 * const { bytes } = await sign(pdf, { signer, level: 'B-T', tsa })
 * ```
 */
export function createTimestampClient(options: TimestampClientOptions): TimestampAuthority {
  if (options.sources.length === 0)
    throw new CountersignError('ARGUMENT_INVALID', 'a time-stamp client needs at least one source')
  return new TimestampClient(options)
}
