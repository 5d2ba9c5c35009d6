import type { DigestName, RunningDigest } from '../crypto/index.ts'
import { CountersignError } from '../error.ts'
import { appendSection } from '../pdf/append.ts'
import type { OpenOptions, PdfDocument } from '../pdf/types.ts'
import type { Section } from '../pdf/update.ts'
import { DocumentDigests } from './digests.ts'
import type { DigestPrefix, DigestPrefixes, DigestRequest, PassOptions } from './digests.ts'

/** A document with digest states over all of its bytes: where a chain of steps starts (S5). */
export interface StepBase {
  readonly document: PdfDocument
  /** By name; each state stands at the document's end. Copy before use. */
  readonly digests: DigestPrefixes
  /** Digests over what the document's signatures cover, as far as they are known. */
  readonly covered?: DocumentDigests | undefined
}

/** One revision of a signing call: the bytes it appends, and the document and digest states after them. Joined once, at the end. */
export interface SignedStep extends StepBase {
  readonly section: Uint8Array
}

export function throwIfAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted === true) throw new CountersignError('ABORTED', 'signing was cancelled')
}

/** Digest states over a document, and the digests of the signatures in it: one pass for all that is not known yet (S5, S8). */
export async function hashDocument(
  base: StepBase,
  names: readonly DigestName[],
  options: PassOptions = {},
  earlier: readonly DigestRequest[] = [],
): Promise<StepBase> {
  const { document } = base
  const missing = [...new Set(names)].filter((name) => base.digests.get(name)?.length !== document.size)
  if (missing.length === 0 && earlier.length === 0) return base
  const covered = new DocumentDigests(base.covered)
  const whole = missing.map((name) => ({ name, range: undefined }))
  const states = await covered.compute(document, [...whole, ...earlier], options)
  return { document, digests: new Map([...base.digests, ...states]), covered }
}

/** A copy of the state at the document's end. `hashDocument` has made it. */
export function stateOf(base: StepBase, name: DigestName): RunningDigest {
  const prefix = base.digests.get(name)
  if (prefix?.length !== base.document.size) throw new Error(`no ${name} state over the whole document`)
  return prefix.state.copy()
}

/** The digest of the ByteRange: the base's state, which is used up, then the section around the gap (S5). */
export async function hashSection(state: RunningDigest, section: Section): Promise<Uint8Array> {
  const { contents } = section.placeholder!
  await state.update(section.bytes.subarray(0, contents.start))
  await state.update(section.bytes.subarray(contents.end))
  return state.digest()
}

/** The step that appends `section`: only the section is read and hashed. */
export async function appendStep(base: StepBase, section: Uint8Array, options: OpenOptions): Promise<SignedStep> {
  const document = await appendSection(base.document, section, options)
  const digests = new Map<DigestName, DigestPrefix>()
  for (const [name, prefix] of base.digests) {
    if (prefix.length !== base.document.size) continue
    const state = prefix.state.copy()
    await state.update(section)
    digests.set(name, { length: document.size, state })
  }
  return { section, document, digests, covered: base.covered }
}

/** What all steps append together. */
export function joinSections(steps: readonly SignedStep[]): Uint8Array {
  const [only] = steps
  if (only !== undefined && steps.length === 1) return only.section
  const bytes = new Uint8Array(steps.reduce((sum, step) => sum + step.section.length, 0))
  let at = 0
  for (const { section } of steps) {
    bytes.set(section, at)
    at += section.length
  }
  return bytes
}

/** The input and all sections in one array: the only copy of the input that signing in memory makes. */
export function joinSteps(input: Uint8Array, steps: readonly SignedStep[]): Uint8Array {
  const added = joinSections(steps)
  const bytes = new Uint8Array(input.length + added.length)
  bytes.set(input)
  bytes.set(added, input.length)
  return bytes
}
