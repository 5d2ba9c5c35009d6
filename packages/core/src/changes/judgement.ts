import { PdfRef } from '../pdf/objects.ts'
import { DEFAULT_LIMITS } from '../pdf/types.ts'
import type { PdfDocument } from '../pdf/types.ts'
import { problem } from '../problem.ts'
import type { Problem } from '../problem.ts'
import type { Change, ChangeLevel } from '../report.ts'
import { highest, isWithin } from './change.ts'
import type { FoundChange } from './change.ts'
import type { ChangeResult, CompareOptions, SignedRevision } from './signed-revision.ts'
import type { Diff } from './diff.ts'
import { allowedLevel, isLocked, locksBelow, readPermission } from './permission.ts'
import type { Permission } from './permission.ts'

/** M-20: what a signature that says nothing allows. */
const DEFAULT_ALLOWED: ChangeLevel = 'form'

/** The changes after one signature, judged by what it permits (3.4) and gathered into its result (3.5). */
export class Judgement {
  readonly #document: PdfDocument
  readonly #signature: SignedRevision
  readonly #signatures: readonly SignedRevision[]
  readonly #options: CompareOptions
  readonly #permission: Permission
  readonly #certified: boolean
  readonly #changes = new Map<string, Change>()
  readonly #problems = new Map<string, Problem>()
  readonly #decorations = new Map<string, string>()
  readonly #next = new Map<number, string | null>()
  #level: ChangeLevel = 'none'
  #truncated = false
  /** A change that is not listed any more was not permitted. */
  #refused = false
  readonly #limit: number

  constructor(
    document: PdfDocument,
    signature: SignedRevision,
    signatures: readonly SignedRevision[],
    options: CompareOptions,
  ) {
    this.#document = document
    this.#signature = signature
    this.#signatures = signatures
    this.#options = options
    this.#limit = options.limits?.changes ?? DEFAULT_LIMITS.changes
    const base = document.revisions[signature.revision] === undefined ? undefined : document.view(signature.revision)
    const field = base?.dict(signature.fieldRef)
    this.#permission = readPermission(base ?? document.latest, signature.dict, field)
    this.#certified = this.#isCertification()
    this.#checkCertification()
  }

  /** Takes in the changes found up to one revision; those made earlier are known already, but where the step made them anew. */
  add(diff: Diff, revision: number, step: ReadonlySet<string> = new Set()): void {
    for (const found of diff.changes) this.#addChange(found, revision, step.has(`${found.kind} ${found.path}`))
    for (const item of diff.problems) this.#note(item)
  }

  result(): ChangeResult {
    const items = [...this.#changes.values()].sort((a, b) => a.revision - b.revision)
    if (this.#truncated) this.#note(problem('L-23', 'LIMIT_CHANGES', 'I', { limit: this.#limit }))
    const level = this.#truncated ? highest(this.#level, 'unknown') : this.#level
    const allowed = this.#allowed()
    return {
      changes: { level, permitted: this.#permitted(items, level), items, allowed },
      problems: [...this.#problems.values()],
      risks: [],
      certified: this.#certified,
      decorations: Array.from(this.#decorations, ([field, signature]) => ({ field, signature })),
    }
  }

  #allowed(): ChangeLevel {
    return (
      allowedLevel(this.#permission, this.#options.profile === 'acrobat') ?? this.#options.allowed ?? DEFAULT_ALLOWED
    )
  }

  #addChange(found: FoundChange, revision: number, isNew: boolean): void {
    const made = found.revision ?? (isNew ? revision : (this.#definedIn(found.num, revision) ?? revision))
    const level = this.#judgeLock(found) ?? this.#judgeSigner(found, made) ?? found.level
    const permitted = this.#permit(found, level)
    const judged =
      permitted === false && found.decoration !== undefined && isWithin(level, this.#allowed()) ? 'other' : level
    this.#level = highest(this.#level, judged)
    const key = [found.kind, found.path, found.num, judged, found.before, found.after].join('|')
    if (this.#changes.has(key) && !isNew) return
    if (this.#changes.size >= this.#limit) {
      this.#truncated = true
      this.#refused ||= permitted === false
      return
    }
    this.#changes.set(this.#changes.has(key) ? `${made}|${key}` : key, {
      revision: made,
      madeBefore: this.#nextSignature(made),
      kind: found.kind,
      ...(found.page === undefined ? {} : { page: found.page }),
      ...(found.field === undefined ? {} : { field: found.field }),
      path: found.path,
      object: this.#objectName(found.num, revision),
      ...(found.before === undefined ? {} : { before: found.before }),
      ...(found.after === undefined ? {} : { after: found.after }),
      level: judged,
      permitted,
      rule:
        judged === 'other' && level !== 'other'
          ? 'M-25'
          : level === found.level || found.needsSignature
            ? found.rule
            : 'M-23',
    })
  }

  /** M-23: an update of a locked field is OTHER for this signature. */
  #judgeLock(found: FoundChange): ChangeLevel | undefined {
    if (found.field === undefined || found.despiteLock === true || found.level === 'unknown') return undefined
    const { locks } = this.#permission
    return isLocked(locks, found.field) || locksBelow(locks, found.field) ? 'other' : undefined
  }

  #judgeSigner(found: FoundChange, made: number): ChangeLevel | undefined {
    if (found.needsSignature !== true) return undefined
    const covered = this.#signatures.some(({ revision, integrity }) => revision >= made && integrity === 'intact')
    return covered ? undefined : 'other'
  }

  #permit(found: FoundChange, level: ChangeLevel): boolean | null {
    if (level === 'unknown') return null
    const permitted = this.#permitLevel(level)
    if (found.decoration === undefined || permitted !== true) return permitted
    return this.#permitDecoration(found)
  }

  #permitLevel(level: ChangeLevel): boolean | null {
    if (isWithin(level, this.#allowed())) return true
    if (level !== 'annotation' || this.#permission.level !== undefined || this.#options.allowed !== undefined)
      return false
    this.#note(problem('M-20', 'ANNOTATED_AFTER_SIGNING', 'I', {}, 'GENERIC'))
    return null
  }

  /** M-25: a new visible field is only good for the signature that it was made for. */
  #permitDecoration({ field, decoration }: FoundChange): boolean | null {
    // A time stamp speaks for nobody: it vouches for no look.
    const filler = this.#signatures.find(
      ({ ref, kind }) => kind === 'signature' && ref !== undefined && ref.num === decoration?.value,
    )
    if (this.#permission.level !== 2) {
      if (filler?.integrity !== 'intact')
        this.#note(problem('M-25', 'UNSIGNED_DECORATION', 'W', { field: field ?? '' }))
      return true
    }
    if (filler === undefined || decoration?.sameRevision !== true || filler.integrity === 'broken') return false
    this.#decorations.set(field ?? '', filler.id)
    return filler.integrity === 'intact' ? true : null
  }

  #permitted(items: readonly Change[], level: ChangeLevel): boolean | null {
    if (this.#refused || items.some(({ permitted }) => permitted === false)) return false
    return level === 'unknown' || items.some(({ permitted }) => permitted === null) ? null : true
  }

  /** M-21: /Perms/DocMDP points to it, and it is the earliest signature of a signer. */
  #isCertification(): boolean {
    const { revision, ref } = this.#signature
    if (this.#document.revisions[revision] === undefined || ref === undefined) return false
    const view = this.#document.view(revision)
    const target = view.dict(view.root?.get('Perms'))?.get('DocMDP')
    return this.#permission.docMdp && target instanceof PdfRef && target.num === ref.num && this.#isEarliest()
  }

  #isEarliest(): boolean {
    const signers = this.#signatures.filter(({ kind }) => kind === 'signature')
    return signers.every(({ id, revision }) => id === this.#signature.id || revision > this.#signature.revision)
  }

  #checkCertification(): void {
    if (!this.#permission.docMdp || this.#certified) return
    const earlier = this.#signatures.some(
      ({ id, kind, revision, dict }) =>
        id !== this.#signature.id &&
        kind === 'signature' &&
        revision < this.#signature.revision &&
        readPermission(this.#document.view(revision), dict, undefined).docMdp,
    )
    if (earlier) this.#note(problem('M-21', 'SECOND_CERTIFICATION', 'F'))
    else this.#note(problem('M-21', 'NOT_A_CERTIFICATION', 'W'))
  }

  /** M-26, madeBefore. Asked for every change, so that it is remembered by revision. */
  #nextSignature(revision: number): string | null {
    const known = this.#next.get(revision)
    if (known !== undefined) return known
    let next: SignedRevision | undefined
    for (const other of this.#signatures) {
      if (other.revision >= revision && (next === undefined || other.revision < next.revision)) next = other
    }
    this.#next.set(revision, next?.id ?? null)
    return next?.id ?? null
  }

  #definedIn(num: number | undefined, revision: number): number | undefined {
    if (num === undefined || num === 0) return undefined
    const made = this.#document.view(revision).definedIn(num)
    return made === undefined || made <= this.#signature.revision ? undefined : made
  }

  #objectName(num: number | undefined, revision: number): string {
    if (num === undefined || num === 0) return 'trailer'
    const entry = this.#document.view(Math.max(revision, 0)).entry(num)
    return `${num} ${entry?.type === 'used' ? entry.gen : 0}`
  }

  #note(item: Problem): void {
    this.#problems.set(JSON.stringify([item.rule, item.code, item.args]), item)
  }
}
