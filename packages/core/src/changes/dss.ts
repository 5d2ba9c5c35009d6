import type { PdfObject } from '../pdf/objects.ts'
import { PdfDict, PdfRef, PdfStream, PdfString, isName } from '../pdf/objects.ts'
import { problem } from '../problem.ts'
import { isEvidence } from './evidence.ts'
import type { EvidenceKind } from './evidence.ts'
import type { Place } from './change.ts'
import type { Comparison } from './comparison.ts'
import { equalOptional } from './equal.ts'
import { isFreshRef } from './fresh.ts'
import { sameHolder } from './form.ts'
import { refuseAndAbsorb } from './frozen.ts'

const STORE: ReadonlyMap<string, EvidenceKind> = new Map([
  ['Certs', 'certificate'],
  ['CRLs', 'crl'],
  ['OCSPs', 'ocsp'],
])
const ENTRY: ReadonlyMap<string, EvidenceKind> = new Map([
  ['Cert', 'certificate'],
  ['CRL', 'crl'],
  ['OCSP', 'ocsp'],
])

class Refusal {
  readonly value: PdfObject | undefined
  readonly reason: string
  readonly path: string

  constructor(value: PdfObject | undefined, reason: string, path: string) {
    this.value = value
    this.reason = reason
    this.path = path
  }
}

/** M-02: the document security store. Its items are evidence and not content: they may be added, rewritten and dropped. */
export function compareSecurityStore(
  comparison: Comparison,
  old: PdfObject | undefined,
  now: PdfObject | undefined,
): void {
  const place: Place = {
    path: '/Root/DSS',
    num: now instanceof PdfRef ? now.num : (comparison.now.rootRef?.num ?? 0),
    kind: 'dss-updated',
    rule: 'M-02',
  }
  const differs =
    !equalOptional(old, now) || comparison.history.refsOf(now ?? null).some((r) => comparison.near.has(r.num))
  const inPlace = now instanceof PdfRef && comparison.near.has(now.num)
  if (!differs && !inPlace) return
  if (now === undefined || now === null) {
    warn(comparison, 'DSS_DROPPED', { key: 'DSS' })
    return comparison.permit(place, 'ltv', 'M-02', { despiteLock: true })
  }
  const dicts = sameHolder(comparison, old, now, place)
  if (dicts === undefined) return
  const refusal = checkStore(comparison, dicts.before, dicts.after)
  if (refusal !== undefined) {
    comparison.refuse({ ...place, path: refusal.path }, { after: refusal.reason })
    return refuseAndAbsorb(comparison, now, place)
  }
  comparison.permit(place, 'ltv', 'M-02', { despiteLock: true })
}

function warn(comparison: Comparison, code: string, args: Record<string, string>): void {
  comparison.problems.push(problem('M-02', code, 'W', { ...args, revision: comparison.now.revision }))
}

function checkStore(comparison: Comparison, old: PdfDict, now: PdfDict): Refusal | undefined {
  for (const [key, value] of now.map) {
    const path = `/Root/DSS/${key}`
    if (key === 'Type') {
      if (!isName(value, 'DSS')) return new Refusal(value, 'a /Type that is not DSS', path)
      continue
    }
    const kind = STORE.get(key)
    const refusal =
      key === 'VRI'
        ? checkVri(comparison, old.get(key), value, path)
        : kind === undefined
          ? unknownKey(comparison, old, key, value, path)
          : checkItems(comparison, old.get(key), value, kind, path)
    if (refusal !== undefined) return refusal
  }
  if (now.duplicates.length > 0) return new Refusal(undefined, 'a key stands twice', '/Root/DSS')
  for (const key of old.map.keys()) if (!now.has(key)) warn(comparison, 'DSS_DROPPED', { key })
  return undefined
}

function unknownKey(
  comparison: Comparison,
  old: PdfDict,
  key: string,
  value: PdfObject,
  path: string,
): Refusal | undefined {
  const unchanged = equalOptional(old.get(key), value) && !leadsToChange(comparison, value)
  return unchanged ? undefined : new Refusal(value, `an unknown key /${key}`, path)
}

function leadsToChange(comparison: Comparison, value: PdfObject): boolean {
  return comparison.history.refsOf(value).some((ref) => comparison.near.has(ref.num))
}

/** True where the value may hold the store's data: direct, fresh, or the object that held it before. */
function isOwnHolder(comparison: Comparison, old: PdfObject | undefined, now: PdfObject): boolean {
  if (!(now instanceof PdfRef)) return true
  const own = isFreshRef(comparison, now) || equalOptional(old, now) || !comparison.changed.has(now.num)
  if (own) comparison.explained.add(now.num)
  return own
}

/** An array of references to streams that parse as what they are to be. */
function checkItems(
  comparison: Comparison,
  old: PdfObject | undefined,
  now: PdfObject,
  kind: EvidenceKind,
  path: string,
): Refusal | undefined {
  if (!isOwnHolder(comparison, old, now)) return new Refusal(now, 'an object that served another purpose', path)
  const items = comparison.now.array(now)?.items
  if (items === undefined) return new Refusal(now, 'no array', path)
  const before = numbersOf(comparison.old.array(old)?.items ?? [])
  for (const item of items) {
    const refusal = checkItem(comparison, before, item, kind, path)
    if (refusal !== undefined) return refusal
  }
  const after = numbersOf(items)
  if ([...before].some((num) => !after.has(num))) {
    warn(comparison, 'DSS_DROPPED', { key: path.slice(path.lastIndexOf('/') + 1) })
  }
  return undefined
}

function numbersOf(items: readonly PdfObject[]): ReadonlySet<number> {
  return new Set(items.flatMap((item) => (item instanceof PdfRef ? [item.num] : [])))
}

function checkItem(
  comparison: Comparison,
  before: ReadonlySet<number>,
  item: PdfObject,
  kind: EvidenceKind,
  path: string,
): Refusal | undefined {
  if (!(item instanceof PdfRef)) return new Refusal(item, 'an item that is no reference', path)
  if (comparison.changed.has(item.num)) {
    // Rewritten evidence: allowed where nothing but the store ever used the object. Other paths are refused by the frozen walk.
    if (!comparison.isFresh(item.num) && !before.has(item.num)) {
      return new Refusal(item, 'an object that served another purpose', path)
    }
    comparison.explained.add(item.num)
  }
  const stream = comparison.now.load(item)
  if (!(stream instanceof PdfStream)) return new Refusal(item, 'an item that is no stream', path)
  if (!isEvidence(comparison.document, stream, kind)) return new Refusal(item, `no DER ${kind}`, path)
  const refs = comparison.history.refsOf(stream)
  if (refs.some((ref) => comparison.near.has(ref.num) && !lengthIsFresh(comparison, ref))) {
    return new Refusal(item, 'a stream that refers to a changed object', path)
  }
  return undefined
}

function lengthIsFresh(comparison: Comparison, ref: PdfRef): boolean {
  if (!isFreshRef(comparison, ref) || typeof comparison.now.load(ref) !== 'number') return false
  comparison.explained.add(ref.num)
  return true
}

/** The dictionary that `now` is, held by an object of its own and without duplicate keys. */
function ownDict(comparison: Comparison, old: PdfObject | undefined, now: PdfObject, path: string): PdfDict | Refusal {
  if (!isOwnHolder(comparison, old, now)) return new Refusal(now, 'an object that served another purpose', path)
  const dict = comparison.now.dict(now)
  if (dict === undefined || dict.duplicates.length > 0) return new Refusal(now, 'no proper dictionary', path)
  return dict
}

function checkVri(
  comparison: Comparison,
  old: PdfObject | undefined,
  now: PdfObject,
  path: string,
): Refusal | undefined {
  const dict = ownDict(comparison, old, now, path)
  if (dict instanceof Refusal) return dict
  const before = comparison.old.dict(old)
  for (const [key, value] of dict.map) {
    const unchanged = equalOptional(before?.get(key), value) && !leadsToChange(comparison, value)
    if (unchanged || (key === 'Type' && isName(value, 'VRI'))) continue
    if (!comparison.surroundings.vriKeys.has(key)) warn(comparison, 'VRI_KEY_UNKNOWN', { key })
    const refusal = checkVriEntry(comparison, before?.get(key), value, `${path}/${key}`)
    if (refusal !== undefined) return refusal
  }
  for (const key of before?.map.keys() ?? []) if (!dict.has(key)) warn(comparison, 'DSS_DROPPED', { key })
  return undefined
}

function checkVriEntry(
  comparison: Comparison,
  old: PdfObject | undefined,
  now: PdfObject,
  path: string,
): Refusal | undefined {
  const dict = ownDict(comparison, old, now, path)
  if (dict instanceof Refusal) return dict
  const before = comparison.old.dict(old)
  for (const [key, value] of dict.map) {
    const refusal = checkVriKey(comparison, before?.get(key), key, value, `${path}/${key}`)
    if (refusal !== undefined) return refusal
  }
  return undefined
}

function checkVriKey(
  comparison: Comparison,
  old: PdfObject | undefined,
  key: string,
  value: PdfObject,
  path: string,
): Refusal | undefined {
  const kind = ENTRY.get(key)
  if (kind !== undefined) return checkItems(comparison, old, value, kind, path)
  if (key === 'TS') return checkTimestamp(comparison, old, value, path)
  const direct = comparison.now.resolve(value)
  if (key === 'Type' && isName(direct, 'VRI')) return undefined
  if (key === 'TU' && direct instanceof PdfString && isOwnHolder(comparison, old, value)) return undefined
  return new Refusal(value, `an unknown or ill-typed key /${key}`, path)
}

/** /TS is no evidence that M-02 names; it only has to be a stream of its own. */
function checkTimestamp(
  comparison: Comparison,
  old: PdfObject | undefined,
  now: PdfObject,
  path: string,
): Refusal | undefined {
  const stream = comparison.now.stream(now)
  if (!(now instanceof PdfRef) || stream === undefined || !isOwnHolder(comparison, old, now)) {
    return new Refusal(now, 'no stream', path)
  }
  if (!isEvidence(comparison.document, stream, 'timestamp')) warn(comparison, 'VRI_TIMESTAMP_UNREADABLE', {})
  return undefined
}
