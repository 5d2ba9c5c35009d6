import { CountersignError } from '../error.ts'

/** G4: whatever a signer throws gets a code; what it says itself is kept. */
export async function withCodes<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (error instanceof CountersignError) throw error
    const named = error as { readonly name?: unknown; readonly message?: unknown }
    const why = typeof named.message === 'string' ? named.message : 'unknown error'
    if (named.name === 'AbortError') throw new CountersignError('ABORTED', 'signing was cancelled', { cause: error })
    throw new CountersignError('SIGNER_REJECTED', `the signer failed: ${why}`, { cause: error })
  }
}
