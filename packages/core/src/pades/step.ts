import { createDigest } from '../crypto/index.ts'
import type { DigestName, RunningDigest } from '../crypto/index.ts'
import { CountersignError } from '../error.ts'
import { appendSection } from '../pdf/append.ts'
import type { OpenOptions, PdfDocument } from '../pdf/types.ts'
import type { DigestPrefix, DigestPrefixes } from './digests.ts'

/** A document with digest states over all of its bytes: where a chain of steps starts (S5). */
export interface StepBase {
  readonly document: PdfDocument
  /** By name; each state stands at the document's end. Copy before use. */
  readonly digests: DigestPrefixes
}

/** One revision of a signing call: the bytes it appends, and the document and digest states after them. Joined once, at the end. */
export interface SignedStep extends StepBase {
  readonly section: Uint8Array
}

/** What interrupts a pass over the bytes, and hears of it (S9). */
export interface PassOptions {
  readonly signal?: AbortSignal | undefined
  readonly onProgress?:
    ((progress: { readonly step: 'hash'; readonly bytes: number; readonly total: number }) => void) | undefined
}

/** Feeds all bytes of a document to `each`, in order and once; a signer of files may copy them on the way. */
export type Pass = (each: (bytes: Uint8Array) => Promise<void>) => Promise<void>

const CHUNK = 1024 * 1024

function passOver(document: PdfDocument): Pass {
  return async (each) => {
    for (let at = 0; at < document.size; at += CHUNK)
      await each(document.bytes(at, Math.min(document.size, at + CHUNK)))
  }
}

export function throwIfAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted === true) throw new CountersignError('ABORTED', 'signing was cancelled')
}

/** One pass over the document for all digests that are not known yet; known ones are taken over (S5). */
export async function hashDocument(
  base: StepBase,
  names: readonly DigestName[],
  options: PassOptions = {},
  pass: Pass = passOver(base.document),
): Promise<StepBase> {
  const { document } = base
  const missing = [...new Set(names)].filter((name) => base.digests.get(name)?.length !== document.size)
  if (missing.length === 0) return base
  const states = missing.map((name) => createDigest(name))
  let done = 0
  await pass(async (bytes) => {
    throwIfAborted(options.signal)
    for (const state of states) await state.update(bytes)
    done += bytes.length
    options.onProgress?.({ step: 'hash', bytes: done, total: document.size })
  })
  const added = states.map((state): [DigestName, DigestPrefix] => [state.name, { length: document.size, state }])
  return { document, digests: new Map([...base.digests, ...added]) }
}

/** A copy of the state at the document's end. `hashDocument` has made it. */
export function stateOf(base: StepBase, name: DigestName): RunningDigest {
  const prefix = base.digests.get(name)
  if (prefix?.length !== base.document.size) throw new Error(`no ${name} state over the whole document`)
  return prefix.state.copy()
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
  return { section, document, digests }
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
