// The one sentence of V-05, by the texts of V-07.
import type { Change, SignatureReport, VerificationReport } from '../report.ts'
import { CHANGE_TEXTS, HUMAN_LABELS, HUMAN_TEXTS } from './texts/human.ts'
import { localDate, localTime, messageOf, safe, say } from './plain.ts'
import type { Language } from './plain.ts'

/** The signatures that count: those of people and agencies, or time stamps where a file holds nothing else (V-01). */
export function signerSignatures(report: VerificationReport): readonly SignatureReport[] {
  const signers = report.signatures.filter((signature) => signature.kind === 'signature')
  return signers.length > 0 ? signers : report.signatures
}

export function signerName(signature: SignatureReport, language: Language): string {
  const { signer } = signature
  const name = signer?.commonName ?? signer?.organization ?? signer?.subject
  return name === undefined ? HUMAN_LABELS.unnamed[language] : safe(name)
}

/** One sentence that says what the file is worth. */
export function headline(report: VerificationReport, language: Language): string {
  const { overall } = report
  // What the caller demanded comes before what the file is worth by itself.
  const demand = report.findings.find(({ code }) => code === 'DOCUMENT_NOT_EXPECTED' || code === 'SIGNER_MISMATCH')
  if (demand !== undefined) return messageOf(demand, language)
  if (overall === 'unreadable') {
    return say(HUMAN_TEXTS.unreadable, language, { reason: firstMessage(report, language) })
  }
  if (overall === 'unsigned') return say(HUMAN_TEXTS.unsigned, language)
  if (overall === 'invalid') return invalidSentence(report, language)
  return overall === 'indeterminate' ? indeterminateSentence(report, language) : validSentence(report, language)
}

function firstMessage({ findings }: VerificationReport, language: Language): string {
  const [first] = findings
  return first === undefined ? '' : messageOf(first, language)
}

function names(signatures: readonly SignatureReport[], language: Language): string {
  return [...new Set(signatures.map((signature) => signerName(signature, language)))].join(HUMAN_LABELS.and[language])
}

function validSentence(report: VerificationReport, language: Language): string {
  const signatures = signerSignatures(report)
  const name = names(signatures, language)
  if (onlyStamped(report)) return say(HUMAN_TEXTS.okStamped, language, { name, t: firstProof(signatures, language) })
  const changes = signatures.flatMap((signature) => signature.changes.items)
  if (changes.length > 0)
    return say(HUMAN_TEXTS.okNotes, language, { name, list: listChanges(changes, report, language) })
  return say(report.overall === 'valid' ? HUMAN_TEXTS.ok : HUMAN_TEXTS.okWarnings, language, { name })
}

/** A file that holds document time stamps and no signature of anybody. */
export function onlyStamped({ signatures }: VerificationReport): boolean {
  return signatures.length > 0 && signatures.every(({ kind }) => kind === 'document-timestamp')
}

function firstProof(signatures: readonly SignatureReport[], language: Language): string {
  const proofs = signatures.flatMap(({ times }) => (times.provenBefore === null ? [] : [times.provenBefore]))
  const first = proofs.toSorted()[0]
  return first === undefined ? '?' : localTime(first, language)
}

function invalidSentence(report: VerificationReport, language: Language): string {
  const signatures = signerSignatures(report)
  if (signatures.some((signature) => signature.integrity === 'broken')) return say(HUMAN_TEXTS.broken, language)
  const changed = signatures.filter((signature) => signature.changes.permitted === false)
  if (changed.length > 0) {
    const items = changed.flatMap((signature) => signature.changes.items).filter((item) => item.permitted !== true)
    const list = listChanges(items, report, language)
    return say(HUMAN_TEXTS.changed, language, { name: names(changed, language), list })
  }
  if (signatures.some((signature) => signature.coverage === 'broken')) return say(HUMAN_TEXTS.partial, language)
  return say(HUMAN_TEXTS.failed, language)
}

function indeterminateSentence(report: VerificationReport, language: Language): string {
  const signature = signerSignatures(report).find((candidate) => candidate.indication === 'INDETERMINATE')
  return signature === undefined ? say(HUMAN_TEXTS.unclear, language) : unclearSentence(signature, language)
}

/** Sentences for the reasons that people can do something with; undefined where the facts are missing. */
const UNCLEAR: ReadonlyMap<string, (signature: SignatureReport, language: Language) => string | undefined> = new Map([
  ['NO_CERTIFICATE_CHAIN_FOUND', untrusted],
  ['REVOKED_NO_POE', revoked],
  ['REVOKED_CA_NO_POE', revoked],
  ['OUT_OF_BOUNDS_NO_POE', outOfBounds],
  ['OUT_OF_BOUNDS_NOT_REVOKED', outOfBounds],
  ['TRY_LATER', later],
  ['CRYPTO_CONSTRAINTS_FAILURE', weak],
  ['CRYPTO_CONSTRAINTS_FAILURE_NO_POE', weak],
])

/** Why one signature is undetermined. */
export function unclearSentence(signature: SignatureReport, language: Language): string {
  const sentence = UNCLEAR.get(signature.subIndication ?? '')
  return sentence?.(signature, language) ?? say(otherReason(signature), language)
}

/** T15-30, VN-05: where neither list nor answer is at hand, a warning of its own. */
function otherReason({ checks, integrity }: SignatureReport): (typeof HUMAN_TEXTS)['unclear'] {
  const revocationAlone = integrity === 'intact' && checks?.chain === 'pass' && checks.revocation === 'unknown'
  return revocationAlone ? HUMAN_TEXTS.revocationUnknown : HUMAN_TEXTS.unclear
}

function untrusted(signature: SignatureReport, language: Language): string | undefined {
  return signature.integrity === 'intact' ? say(HUMAN_TEXTS.untrusted, language) : undefined
}

function revoked(signature: SignatureReport, language: Language): string | undefined {
  const time = signature.revocation.find((entry) => entry.status === 'revoked')?.revocationTime
  return time === undefined ? undefined : say(HUMAN_TEXTS.revoked, language, { date: localDate(time, language) })
}

function later({ retryAfter }: SignatureReport, language: Language): string | undefined {
  return retryAfter === undefined
    ? undefined
    : say(HUMAN_TEXTS.later, language, { date: localTime(retryAfter, language) })
}

function weak({ algorithms, findings }: SignatureReport, language: Language): string {
  const alg = [algorithms.signature, algorithms.digest].filter((part) => part !== null).join(', ')
  const aged = findings.find(({ code, args }) => WEAK.includes(code) && typeof args['until'] === 'string')
  if (aged === undefined) return say(HUMAN_TEXTS.weakUndated, language, { alg })
  const named = typeof aged.args['algorithm'] === 'string' ? aged.args['algorithm'] : alg
  return say(HUMAN_TEXTS.weak, language, { alg: named, date: localDate(String(aged.args['until']), language) })
}

const WEAK: readonly string[] = ['DIGEST_WEAK', 'KEY_WEAK']

function outOfBounds(signature: SignatureReport, language: Language): string | undefined {
  const leaf = signature.certificatePath[0]
  if (leaf === undefined) return undefined
  const { best } = signature.times
  if (best !== null && Date.parse(best) < Date.parse(leaf.notBefore))
    return say(HUMAN_TEXTS.notYetValid, language, { date: localDate(leaf.notBefore, language) })
  return say(HUMAN_TEXTS.expired, language, { date: localDate(leaf.notAfter, language) })
}

const LISTED = 5

/** Changes in words, equal ones once, at most five in a sentence. */
export function listChanges(items: readonly Change[], report: VerificationReport, language: Language): string {
  const texts = [...new Set(worthTelling(items).map((item) => changeText(item, report, language)))]
  const shown = texts.slice(0, LISTED)
  if (texts.length > LISTED) shown.push(say(HUMAN_LABELS.more, language, { n: texts.length - LISTED }))
  return shown.join('; ')
}

/**
 * What need not be told as well, if it is judged alike: the appearance of a field that was filled or signed, and the parts of a page
 * whose text is told.
 */
export function worthTelling(items: readonly Change[]): readonly Change[] {
  const judged = (item: Change): string => JSON.stringify([item.field, item.revision, item.permitted])
  const page = (item: Change): string => JSON.stringify([item.page, item.revision, item.permitted])
  const values = new Set(
    items.filter(({ kind }) => kind === 'field-value-changed' || kind === 'signature-added').map(judged),
  )
  const pages = new Set(items.filter((item) => readsOtherwise(item)).map(page))
  return items.filter((item) => {
    if (item.kind === 'appearance-changed') return !values.has(judged(item))
    return item.kind !== 'page-content-changed' || readsOtherwise(item) || !pages.has(page(item))
  })
}

function readsOtherwise({ kind, before, after }: Change): boolean {
  return kind === 'page-content-changed' && before !== undefined && after !== undefined && before !== after
}

const AROUND = 16
const LONGEST = 120

/** The words in which two texts differ, marked \u00AB \u00BB, with a little around them. */
function difference(before: string, after: string): readonly [string, string] {
  const [old, now] = [Array.from(before.normalize('NFC')), Array.from(after.normalize('NFC'))]
  const most = Math.min(old.length, now.length)
  let start = 0
  while (start < most && old[start] === now[start]) start++
  let end = 0
  while (end < most - start && old.at(-1 - end) === now.at(-1 - end)) end++
  // Whole words: a date is not told by one of its digits.
  while (start > 0 && old[start - 1] !== ' ') start--
  while (end > 0 && old.at(-end) !== ' ') end--
  return [marked(old, start, end), marked(now, start, end)]
}

function marked(text: readonly string[], start: number, end: number): string {
  const stop = text.length - end
  let from = Math.max(0, start - AROUND)
  while (from > 0 && from < start && text[from - 1] !== ' ') from++
  const to = Math.min(text.length, stop + AROUND)
  const differs = text.slice(start, stop).join('')
  const shown = differs.length > LONGEST ? `${differs.slice(0, LONGEST)}\u2026` : differs
  return [
    from > 0 ? '\u2026' : '',
    text.slice(from, start).join(''),
    `\u00AB${shown}\u00BB`,
    text.slice(stop, to).join(''),
    to < text.length ? '\u2026' : '',
  ].join('')
}

/** One change in words, with what a page read before and after. */
export function fullChangeText(item: Change, report: VerificationReport, language: Language): string {
  if (!readsOtherwise(item) || item.page === undefined) return changeText(item, report, language)
  const [a, b] = difference(item.before ?? '', item.after ?? '')
  return say(HUMAN_TEXTS.pageText, language, { p: item.page, a, b })
}

/** One change in words. */
export function changeText(item: Change, report: VerificationReport, language: Language): string {
  const field = item.field ?? item.path
  if (item.kind === 'signature-added') {
    const added = report.signatures.find((signature) => signature.field === item.field)
    if (added !== undefined) return say(HUMAN_TEXTS.sigAdded, language, { name: signerName(added, language) })
  }
  if (item.kind === 'field-value-changed') {
    const values = { f: field, a: item.before ?? '', b: item.after ?? '' }
    if (item.page === undefined) return say(HUMAN_TEXTS.fieldNoPage, language, values)
    return say(HUMAN_TEXTS.field, language, { ...values, p: item.page })
  }
  return say(CHANGE_TEXTS[item.kind], language, { f: field, p: item.page ?? '?' })
}
