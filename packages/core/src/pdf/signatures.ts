import { problem, type Problem } from '../problem.ts'
import { checkByteRange, nameOf, onlyWhiteSpace, type RangeCheck } from './byte-range.ts'
import { equalObjects } from './equal.ts'
import { listFields, type Field } from './fields.ts'
import { breaksCoverage, breaksIntegrity, type FoundSignature, type SignatureSurvey } from './found-signature.ts'
import { isLocked } from './locked.ts'
import { PdfDict, PdfRef, type PdfObject } from './objects.ts'
import { checkSignatureOrder } from './signature-order.ts'
import { findOrphans, type OrphanPlace } from './signature-orphans.ts'
import type { PdfDocument, View } from './types.ts'

interface Sighting {
  readonly dict: PdfDict
  readonly ref: PdfRef | undefined
  readonly field: Field
  readonly firstSeen: number
  lastSeen: number
  readonly otherFields: Map<string, Field>
  readonly problems: Problem[]
}

/** A key of a field that stays the same from revision to revision. */
function fieldKey(field: Field): string {
  return field.ref === undefined ? `name ${field.name}` : `object ${field.ref.num}`
}

function sighting(dict: PdfDict, ref: PdfRef | undefined, field: Field, revision: number): Sighting {
  return { dict, ref, field, firstSeen: revision, lastSeen: revision, otherFields: new Map(), problems: [] }
}

/** True for a reference to an object that the file says is in use: null behind it is a damage, not an absence. */
function leadsSomewhere(view: View, value: PdfObject | undefined): boolean {
  if (!(value instanceof PdfRef)) return false
  const entry = view.entry(value.num)
  return entry !== undefined && entry.type !== 'free'
}

class Sightings {
  readonly byDict = new Map<PdfDict, Sighting>()
  /** Field key -> its newest name and the last revision that shows it. */
  readonly fields = new Map<string, { name: string; lastSeen: number }>()
  readonly #unusable = new Map<string, Sighting>()

  add(document: PdfDocument, revision: number, field: Field): void {
    const value = document.view(revision).resolve(field.value)
    const unreadable = value === null && leadsSomewhere(document.view(revision), field.value)
    this.fields.set(fieldKey(field), { name: field.name, lastSeen: revision })
    if (value instanceof PdfDict) this.#addDict(revision, field, value)
    else if (unreadable || (value !== null && field.value !== undefined)) this.#addUnusable(revision, field)
  }

  #addDict(revision: number, field: Field, value: PdfDict): void {
    const known = this.byDict.get(value)
    if (known === undefined) {
      const ref = field.value instanceof PdfRef ? field.value : undefined
      this.byDict.set(value, sighting(value, ref, field, revision))
      return
    }
    const sameView = known.lastSeen === revision
    known.lastSeen = revision
    if (fieldKey(known.field) !== fieldKey(field) && sameView) known.otherFields.set(fieldKey(field), field)
  }

  /** P-03: a value that is there and is no dictionary, or cannot be read: the field claims a signature all the same. */
  #addUnusable(revision: number, field: Field): void {
    const known = this.#unusable.get(fieldKey(field))
    if (known !== undefined) {
      known.lastSeen = revision
      return
    }
    const ref = field.value instanceof PdfRef ? field.value : undefined
    const empty = sighting(new PdfDict(new Map()), ref, field, revision)
    empty.problems.push(problem('P-03', 'SIGNATURE_VALUE_NOT_DICTIONARY', 'F', { field: field.name }))
    this.#unusable.set(fieldKey(field), empty)
  }

  /** In a damaged file the field may be what is damaged: its signature is listed without one (0.2, never lose a signature). */
  addHomeless(dict: PdfDict, { revision, ref }: OrphanPlace): void {
    const field = { name: '', partial: '', ref: undefined, dict: new PdfDict(new Map()), type: 'Sig', flags: 0 }
    const homeless = sighting(dict, ref, { ...field, value: ref, widgets: [], path: [] }, revision)
    homeless.lastSeen = Number.MAX_SAFE_INTEGER
    homeless.problems.push(problem('P-02', 'SIGNATURE_WITHOUT_FIELD', 'F', { object: String(ref) }))
    this.byDict.set(dict, homeless)
  }

  /** All signatures; a field without a usable value in any revision keeps its claim, so that none is lost. */
  all(): readonly Sighting[] {
    const usable = [...this.byDict.values()]
    const named = new Set(usable.map(({ field }) => fieldKey(field)))
    return [...usable, ...[...this.#unusable].flatMap(([key, claim]) => (named.has(key) ? [] : [claim]))]
  }

  /** A widget that no field tree holds (P-02). */
  addStray(document: PdfDocument, revision: number, field: Field): void {
    this.add(document, revision, field)
    const value = document.view(revision).resolve(field.value)
    if (!(value instanceof PdfDict)) return
    this.byDict.get(value)?.problems.push(problem('P-02', 'SIGNATURE_FIELD_NOT_IN_FORM', 'W', { field: field.name }))
  }
}

function walkRevisions(document: PdfDocument): Sightings {
  const sightings = new Sightings()
  const locked = isLocked(document)
  for (let revision = 0; revision < document.revisions.length; revision++) {
    for (const field of listFields(document.view(revision)).fields) {
      // The names of a file that was not decrypted are noise.
      if (field.type === 'Sig') sightings.add(document, revision, locked ? { ...field, name: '' } : field)
    }
  }
  return sightings
}

/** P-08, last sentence: a later, different definition of the same object. */
function replacedIn(document: PdfDocument, seen: Sighting): number | undefined {
  if (seen.ref === undefined) return undefined
  for (let revision = seen.firstSeen + 1; revision < document.revisions.length; revision++) {
    const later = document.view(revision).load(seen.ref)
    if (later === seen.dict || later === null || equalObjects(later, seen.dict)) continue
    return revision
  }
  return undefined
}

function isPlaceholder(check: RangeCheck): boolean {
  return check.contents !== undefined && check.contents.every((byte) => byte === 0)
}

function stands(check: RangeCheck): boolean {
  return !check.problems.some((found) => breaksIntegrity(found))
}

interface Candidate {
  readonly sighting: Sighting
  readonly check: RangeCheck
}

/**
 * Definitions of one object number, oldest first: a later one that covers nothing itself is only a replacement of the
 * earlier one; a placeholder that was filled later is no signature.
 */
function mergeDefinitions(candidates: readonly Candidate[]): readonly Candidate[] {
  const kept: Candidate[] = []
  for (const candidate of candidates) {
    const { ref } = candidate.sighting
    const earlier = ref === undefined ? undefined : kept.findLast((item) => item.sighting.ref?.num === ref.num)
    if (earlier === undefined) kept.push(candidate)
    else if (stands(candidate.check)) {
      if (isPlaceholder(earlier.check)) kept.splice(kept.indexOf(earlier), 1)
      kept.push(candidate)
    } else earlier.sighting.lastSeen = Math.max(earlier.sighting.lastSeen, candidate.sighting.lastSeen)
  }
  return kept
}

/** P-14. */
function checkRole(dict: PdfDict, subFilter: string | undefined): readonly Problem[] {
  const type = nameOf(dict, 'Type')
  if (subFilter === 'ETSI.RFC3161') {
    if (type === 'DocTimeStamp') return []
    if (!dict.has('Type') || dict.get('Type') === null) return [problem('P-14', 'TIMESTAMP_TYPE_MISSING', 'W')]
    return [problem('P-14', 'TIMESTAMP_TYPE_WRONG', 'F', { type: type ?? '' })]
  }
  if (type === undefined || type === 'Sig') return []
  return [problem('P-14', 'SIGNATURE_TYPE_WRONG', 'F', { type })]
}

function coverageOf(
  document: PdfDocument,
  check: RangeCheck,
  problems: readonly Problem[],
): FoundSignature['coverage'] {
  if (check.byteRange === undefined || problems.some((found) => breaksCoverage(found))) return 'broken'
  const last = check.revision === document.revisions.length - 1
  return last && onlyWhiteSpace(document, check.byteRange.second.end, document.size) ? 'whole-file' : 'revision'
}

function describe(
  document: PdfDocument,
  { sighting: seen, check }: Candidate,
  field: Field,
  compat: boolean,
): FoundSignature {
  const { dict, ref } = seen
  const subFilter = nameOf(dict, 'SubFilter')
  const problems: Problem[] = [...check.problems, ...checkRole(dict, subFilter), ...seen.problems]
  if (dict.duplicates.length > 0)
    problems.push(problem('P-10', 'DUPLICATE_KEYS', 'F', { keys: dict.duplicates.join(' ') }))
  if (ref === undefined) problems.push(problem('P-03', 'SIGNATURE_DIRECT', compat ? 'W' : 'F', { field: field.name }))
  const replaced = replacedIn(document, seen)
  if (replaced !== undefined) problems.push(problem('P-08', 'SIGNATURE_REPLACED', 'F', { revision: replaced }))
  return {
    field: field.name,
    fieldRef: field.ref,
    fieldDict: field.dict,
    page: field.widgets[0]?.page,
    ref,
    dict,
    revision: check.revision ?? seen.firstSeen,
    subFilter,
    kind: subFilter === 'ETSI.RFC3161' ? 'document-timestamp' : 'signature',
    byteRange: check.byteRange,
    contents: check.contents,
    contentsSpan: check.contentsSpan,
    coverage: coverageOf(document, check, check.problems),
    removed: seen.lastSeen < document.revisions.length - 1,
    problems,
  }
}

/** P-11: the first field keeps the signature with a note, each further one is listed and fails. */
function describeAll(document: PdfDocument, candidate: Candidate, compat: boolean): readonly FoundSignature[] {
  const first = describe(document, candidate, candidate.sighting.field, compat)
  const others = [...candidate.sighting.otherFields.values()]
  if (others.length === 0) return [first]
  const shared = { fields: [first.field, ...others.map((field) => field.name)].join(', ') }
  const extras = others.map((field) => {
    const extra = describe(document, candidate, field, compat)
    return { ...extra, problems: [...extra.problems, problem('P-11', 'SIGNATURE_SHARED', 'F', shared)] }
  })
  return [
    { ...first, problems: [...first.problems, problem('P-11', 'SIGNATURE_SHARED_FIRST', 'W', shared)] },
    ...extras,
  ]
}

function signingPlace(found: FoundSignature): number {
  return found.byteRange?.second.end ?? found.contentsSpan?.start ?? 0
}

/**
 * Finds every signature of every revision with its field, dictionary and covered revision, and checks the rules that
 * need no cryptography (P-01, P-03 to P-09, P-11, P-12, P-14). Never throws for a bad signature.
 */
export function findSignatures(document: PdfDocument, options: { readonly compat?: boolean } = {}): SignatureSurvey {
  const compat = options.compat === true
  const sightings = walkRevisions(document)
  const orphans = findOrphans(document, new Set(sightings.byDict.keys()))
  for (const [revision, field] of orphans.strayFields) sightings.addStray(document, revision, field)
  const damaged = document.defects.some(({ rule, outcome }) => rule === 'P-15' && outcome === 'I')
  if (damaged) for (const [dict, place] of orphans.objects) sightings.addHomeless(dict, place)
  const candidates = mergeDefinitions(
    sightings.all().map((seen) => {
      return { sighting: seen, check: checkByteRange(document, seen.dict, seen.ref, compat) }
    }),
  )
  const found = candidates.flatMap((candidate) => describeAll(document, candidate, compat))
  const signatures = checkSignatureOrder(found.toSorted((a, b) => signingPlace(a) - signingPlace(b)))
  const last = document.revisions.length - 1
  const signed = new Set(signatures.map((item) => item.field))
  const states = [...sightings.fields.values()]
  return {
    signatures,
    unsignedFields: states
      .filter((state) => !signed.has(state.name) && state.lastSeen === last)
      .map((state) => state.name),
    removedFields: [...new Set(signatures.filter((item) => item.removed).map((item) => item.field))],
    orphans: damaged ? 0 : orphans.objects.size,
    problems: [],
  }
}
