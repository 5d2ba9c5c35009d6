// Why another viewer may say something else about a file, told from the verification report and a few facts of its structure.
import type { Diagnosis, DoctorReport, SignatureReport, VerificationReport, Viewer } from '../report.ts'
import { commonNameOf, localDate, safe, say } from './plain.ts'
import type { Language } from './plain.ts'
import { missingIssuer } from './facts.ts'
import type { ExplainOptions } from './human.ts'
import { plainPaint } from './human.ts'
import { DOCTOR_TEXTS } from './texts/doctor.ts'
import { DOCTOR_LABELS, VIEWER_NAMES } from './texts/doctor-labels.ts'
import { HUMAN_LABELS } from './texts/human.ts'

/** What the report does not say of the file and viewers trip over. */
export interface StructureFacts {
  /** Bytes in front of `%PDF`. */
  readonly leadingBytes: number
  readonly encrypted: boolean
  readonly hybrid: boolean
  readonly needAppearances: boolean
  readonly xfa: boolean
  /** Both SigFlags bits are set: signatures exist, append only. */
  readonly sigFlags: boolean
  /** Signed fields that no page shows. */
  readonly invisibleFields: readonly string[]
}

type Args = Diagnosis['args']

interface Rule<Subject> {
  readonly code: string
  readonly severity: Diagnosis['severity']
  readonly viewers: readonly Viewer[]
  /** The arguments of the text when the rule applies, once per finding. */
  readonly find: (subject: Subject) => readonly Args[]
}

interface OneSignature {
  readonly signature: SignatureReport
  readonly report: VerificationReport
  readonly facts: StructureFacts | undefined
}

interface WholeDocument {
  readonly report: VerificationReport
  readonly facts: StructureFacts | undefined
}

const ALL: readonly Viewer[] = ['all']

/** A rule that applies or not, without arguments. */
function when(applies: boolean): readonly Args[] {
  return applies ? [{}] : []
}

function hasFinding({ findings, risksAtSigning }: SignatureReport, codes: readonly string[]): string | undefined {
  return [...findings, ...risksAtSigning].find(({ code }) => codes.includes(code))?.code
}

const ENCODING: readonly string[] = [
  'NOT_DER',
  'ATTRS_NOT_DER',
  'ATTRS_RESORTED',
  'DIGEST_INFO_WITHOUT_NULL',
  'CONTENTS_REMAINDER',
  'DIGEST_NOT_LISTED',
  'CMS_VERSION',
  'MANY_SIGNER_INFOS',
]
const PURPOSE: readonly string[] = ['SIGNER_KEY_USAGE', 'SIGNER_PURPOSE', 'SIGNER_PURPOSE_UNUSUAL', 'TSA_PURPOSE']
const OLD_SUBFILTERS: readonly (string | null)[] = ['adbe.x509.rsa_sha1', 'adbe.pkcs7.sha1']
const KNOWN_SUBFILTERS: readonly (string | null)[] = [
  ...OLD_SUBFILTERS,
  'adbe.pkcs7.detached',
  'ETSI.CAdES.detached',
  'ETSI.RFC3161',
]
const COMMON_CURVES: readonly (string | undefined)[] = [undefined, 'P-256', 'P-384', 'P-521']

/** Parts of the signature that came into PDF with ISO/TS 32001 and 32002, or later. */
function newAlgorithms({ algorithms }: SignatureReport): readonly string[] {
  const { digest, signature, curve } = algorithms
  return [
    ...(digest !== null && /^(sha3|shake)/.test(digest) ? [digest] : []),
    ...(signature !== null && /^(ed25519|ed448|ml-dsa|eddsa)/.test(signature) ? [signature] : []),
    ...(signature === 'ecdsa' && !COMMON_CURVES.includes(curve) ? [String(curve)] : []),
  ]
}

function oldAlgorithms({ algorithms, findings }: SignatureReport): readonly string[] {
  const weak = findings.some(({ code }) => code === 'DIGEST_WEAK' || code === 'KEY_WEAK')
  const { digest, signature, keyBits } = algorithms
  const old = digest !== null && ['md5', 'sha1', 'ripemd160', 'sha224'].includes(digest)
  if (!weak && !old) return []
  return [[signature, keyBits, digest].filter((part) => part !== null && part !== undefined).join(' ')]
}

function holdsRevocation({ level, pkcs7Level }: SignatureReport): boolean {
  return ['B-LT', 'B-LTA', 'LT', 'LTA'].includes(pkcs7Level ?? level ?? '')
}

function expiry(signature: SignatureReport): string | undefined {
  return signature.certificatePath[0]?.notAfter
}

function isPerson({ kind }: SignatureReport): boolean {
  return kind === 'signature'
}

/** A person's signature for which it is not too late. */
function standing(signature: SignatureReport): boolean {
  return isPerson(signature) && signature.indication !== 'TOTAL-FAILED'
}

const SIGNATURE_RULES: readonly Rule<OneSignature>[] = [
  {
    code: 'REWRITTEN',
    severity: 'error',
    viewers: ALL,
    find: ({ signature }) => when(signature.integrity === 'broken'),
  },
  {
    code: 'CHANGED_AGAINST_RULES',
    severity: 'error',
    viewers: ['pdfsig', 'foxit'],
    find: ({ signature }) => when(signature.integrity !== 'broken' && signature.changes.permitted === false),
  },
  {
    code: 'CERTIFICATE_REVOKED',
    severity: 'error',
    viewers: ['acrobat', 'foxit'],
    find: ({ signature }) => when(signature.checks?.revocation === 'fail'),
  },
  {
    code: 'ESS_MISSING',
    severity: 'warning',
    viewers: ['foxit'],
    find: ({ signature }) =>
      when(hasFinding(signature, ['ESS_MISSING', 'NO_ESS_BINDING', 'ESS_MISMATCH', 'ESS_MALFORMED']) !== undefined),
  },
  {
    code: 'ENCODING',
    severity: 'warning',
    viewers: ALL,
    find: ({ signature }) => {
      const code = hasFinding(signature, ENCODING)
      return code === undefined ? [] : [{ code }]
    },
  },
  {
    code: 'CERTIFICATE_PURPOSE',
    severity: 'warning',
    viewers: ['acrobat', 'foxit'],
    find: ({ signature }) => when(hasFinding(signature, PURPOSE) !== undefined),
  },
  {
    code: 'SUBFILTER_OLD',
    severity: 'warning',
    viewers: ALL,
    find: ({ signature: { subFilter } }) =>
      OLD_SUBFILTERS.includes(subFilter) ? [{ subFilter: subFilter ?? '' }] : [],
  },
  {
    code: 'SUBFILTER_UNKNOWN',
    severity: 'error',
    viewers: ALL,
    find: ({ signature: { subFilter } }) =>
      KNOWN_SUBFILTERS.includes(subFilter) ? [] : [{ subFilter: subFilter ?? '-' }],
  },
  {
    code: 'ALGORITHM_OLD',
    severity: 'warning',
    viewers: ALL,
    find: ({ signature }) => oldAlgorithms(signature).map((algorithm) => ({ algorithm })),
  },
  {
    code: 'ALGORITHM_NEW',
    severity: 'warning',
    viewers: ALL,
    find: ({ signature }) => newAlgorithms(signature).map((algorithm) => ({ algorithm })),
  },
  {
    code: 'CERTIFIED_THEN_EVIDENCE',
    severity: 'warning',
    viewers: ['acrobat'],
    find: ({ signature: { role, changes } }) =>
      when(role === 'certification' && ['none', 'ltv'].includes(changes.allowed ?? '') && changes.level === 'ltv'),
  },
  {
    code: 'CERTIFICATE_EXPIRED',
    severity: 'warning',
    viewers: ['acrobat', 'foxit', 'pdfsig'],
    find: ({ signature, report }) => {
      const until = expiry(signature)
      return until !== undefined && until < report.validationTime ? [{ until }] : []
    },
  },
  {
    code: 'ISSUER_UNKNOWN',
    severity: 'warning',
    viewers: ALL,
    find: ({ signature }) => {
      const unknown = signature.subIndication?.startsWith('NO_CERTIFICATE_CHAIN_FOUND') === true
      return unknown && isPerson(signature) ? [{ issuer: missingIssuer(signature) }] : []
    },
  },
  {
    code: 'ROOT_NOT_IN_VIEWERS',
    severity: 'warning',
    viewers: ['acrobat', 'foxit', 'pdfsig'],
    find: ({ signature }) => {
      const last = signature.certificatePath.at(-1)
      return last?.anchor === true && isPerson(signature) ? [{ anchor: commonNameOf(last.subject) }] : []
    },
  },
  {
    code: 'NO_REVOCATION_INSIDE',
    severity: 'warning',
    viewers: ['acrobat', 'foxit'],
    find: ({ signature }) => when(standing(signature) && !holdsRevocation(signature)),
  },
  {
    code: 'NO_TIMESTAMP',
    severity: 'warning',
    viewers: ['acrobat', 'foxit'],
    find: ({ signature }) => {
      const { provenBefore } = signature.times
      return standing(signature) && provenBefore === null ? [{ until: expiry(signature) ?? '?' }] : []
    },
  },
  {
    code: 'CHANGED_AFTERWARDS',
    severity: 'info',
    viewers: ALL,
    find: ({ signature: { changes } }) => when(changes.permitted === true && changes.items.length > 0),
  },
  {
    code: 'DOCUMENT_TIMESTAMP',
    severity: 'info',
    viewers: ['foxit', 'pdfsig'],
    find: ({ signature }) => when(!isPerson(signature)),
  },
  {
    code: 'INVISIBLE',
    severity: 'info',
    viewers: ALL,
    find: ({ signature, facts }) =>
      when(isPerson(signature) && facts?.invisibleFields.includes(signature.field) === true),
  },
]

const DOCUMENT_RULES: readonly Rule<WholeDocument>[] = [
  {
    code: 'NOT_READABLE',
    severity: 'error',
    viewers: ALL,
    find: ({ report, facts }) => when(report.overall === 'unreadable' && facts?.encrypted !== true),
  },
  {
    code: 'REMOVED_SIGNATURE',
    severity: 'error',
    viewers: ALL,
    find: ({ report }) => report.removedSignatures.map((field) => ({ field })),
  },
  {
    code: 'READERS_DISAGREE',
    severity: 'error',
    viewers: ALL,
    find: ({ report }) => {
      const serious = report.findings.find(({ rule, severity }) => severity !== 'info' && /^(P|R)-/.test(rule))
      return report.overall === 'unreadable' || serious === undefined ? [] : [{ code: serious.code }]
    },
  },
  {
    code: 'HYBRID_FILE',
    severity: 'warning',
    viewers: ALL,
    find: ({ facts }) => when(facts?.hybrid === true),
  },
  {
    code: 'HEADER_MOVED',
    severity: 'warning',
    viewers: ALL,
    find: ({ facts }) => {
      const bytes = facts?.leadingBytes ?? 0
      return bytes > 0 ? [{ bytes }] : []
    },
  },
  {
    code: 'NEED_APPEARANCES',
    severity: 'warning',
    viewers: ['acrobat', 'foxit'],
    find: ({ facts }) => when(facts?.needAppearances === true),
  },
  {
    code: 'XFA_FORM',
    severity: 'warning',
    viewers: ['foxit', 'browsers', 'pdfsig'],
    find: ({ facts }) => when(facts?.xfa === true),
  },
  {
    code: 'SIGFLAGS_MISSING',
    severity: 'warning',
    viewers: ['acrobat', 'foxit'],
    find: ({ report, facts }) => when(report.signatures.length > 0 && facts?.sigFlags === false),
  },
  {
    code: 'ENCRYPTED',
    severity: 'info',
    viewers: ALL,
    find: ({ facts }) => when(facts?.encrypted === true),
  },
  {
    code: 'FONTS_MISSING',
    severity: 'info',
    viewers: ALL,
    find: ({ report }) => risk(report, 'FONT_NOT_EMBEDDED', 'font'),
  },
  {
    code: 'ACTIVE_CONTENT',
    severity: 'warning',
    viewers: ['acrobat', 'foxit'],
    find: ({ report }) => risk(report, 'ACTIVE_CONTENT', 'kind'),
  },
  {
    code: 'EMPTY_FIELDS',
    severity: 'info',
    viewers: ['acrobat', 'foxit'],
    find: ({ report }) => report.unsignedFields.map((field) => ({ field })),
  },
  {
    code: 'BROWSERS_SHOW_NOTHING',
    severity: 'info',
    viewers: ['browsers'],
    find: ({ report }) => when(report.signatures.length > 0),
  },
]

/** What the signed document held, each kind once. */
function risk({ signatures }: VerificationReport, code: string, name: string): readonly Args[] {
  const risks = signatures.flatMap(({ risksAtSigning }) => risksAtSigning.filter((found) => found.code === code))
  const values = risks.map(({ args }) => (typeof args[name] === 'string' ? args[name] : '?'))
  return [...new Set(values)].map((value) => ({ [name]: value }))
}

const RANK: Readonly<Record<Diagnosis['severity'], number>> = { error: 0, warning: 1, info: 2 }

/** Every reason found, worst first. */
export function diagnose(report: VerificationReport, facts: StructureFacts | undefined): readonly Diagnosis[] {
  const found: Diagnosis[] = []
  for (const signature of report.signatures)
    for (const rule of SIGNATURE_RULES)
      for (const args of rule.find({ signature, report, facts })) found.push(diagnosisOf(rule, signature.id, args))
  for (const rule of DOCUMENT_RULES)
    for (const args of rule.find({ report, facts })) found.push(diagnosisOf(rule, null, args))
  if (found.length === 0) found.push(diagnosisOf({ code: 'NOTHING_FOUND', severity: 'info', viewers: ALL }, null, {}))
  return found.toSorted((a, b) => RANK[a.severity] - RANK[b.severity])
}

type Named = Pick<Rule<never>, 'code' | 'severity' | 'viewers'>

function diagnosisOf({ code, severity, viewers }: Named, signature: string | null, args: Args): Diagnosis {
  const text = DOCTOR_TEXTS[code]
  if (text === undefined) throw new Error(`no text for ${code}`)
  const told = (part: 'message' | 'advice'): Diagnosis['message'] => ({
    en: say(text[part], 'en', spoken(args, 'en')),
    vi: say(text[part], 'vi', spoken(args, 'vi')),
  })
  return { code, severity, viewers, signature, message: told('message'), advice: told('advice'), args }
}

/** Times as dates in +07:00; the report keeps them as they are. */
function spoken(args: Args, language: Language): Args {
  return Object.fromEntries(
    Object.entries(args).map(([name, value]) => [name, name === 'until' ? localDate(String(value), language) : value]),
  )
}

const TONES = { error: 'bad', warning: 'unsure', info: 'faint' } as const

/** The doctor's report as text: what may happen where, and what helps; what several signatures share is said once. */
export function explainDoctor(report: DoctorReport, options: ExplainOptions): string {
  const { language, paint = plainPaint } = options
  const name = options.name === undefined ? '' : `${paint('strong', safe(options.name))}: `
  const lines = [`${name}verify: ${HUMAN_LABELS[report.overall][language]}`]
  for (const { first, signatures } of grouped(report.diagnoses, language)) {
    const { severity, viewers, message, advice } = first
    const where = [...signatures.map((id) => safe(id)), ...viewers.map((viewer) => VIEWER_NAMES[viewer][language])]
    lines.push(
      '',
      `  ${paint(TONES[severity], DOCTOR_LABELS[severity][language])} (${where.join(', ')}): ${safe(message[language], 600)}`,
      `    ${DOCTOR_LABELS.advice[language]}: ${safe(advice[language], 600)}`,
    )
  }
  return lines.join('\n')
}

interface Group {
  readonly first: Diagnosis
  readonly signatures: string[]
}

function grouped(diagnoses: readonly Diagnosis[], language: Language): readonly Group[] {
  const groups = new Map<string, Group>()
  for (const diagnosis of diagnoses) {
    const key = `${diagnosis.code} ${diagnosis.message[language]}`
    const group = groups.get(key) ?? { first: diagnosis, signatures: [] }
    if (diagnosis.signature !== null) group.signatures.push(diagnosis.signature)
    groups.set(key, group)
  }
  return [...groups.values()]
}
