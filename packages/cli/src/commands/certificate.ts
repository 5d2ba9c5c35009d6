import { explainCertificate, readCertificates, validateCertificate } from '@countersign/core'
import { CommandLine } from '../command-line.ts'
import { evidenceOptions } from '../evidence.ts'
import { readInput, usageErrors } from '../files.ts'
import { ONLINE_OPTIONS, onlineOptions } from '../online.ts'
import { languageOf, painter } from '../terminal.ts'
import type { Terminal } from '../terminal.ts'
import { namesTrust, TRUST_OPTIONS, trustOptions } from '../trust-options.ts'
import { EXIT, UsageError } from '../usage.ts'

/** `countersign certificate validate CERT`: exit 0 valid, 1 not. */
export async function certificateCommand(words: readonly string[], terminal: Terminal): Promise<number> {
  if (words[0] !== 'validate') throw new UsageError('the only certificate command is: certificate validate')
  const line = new CommandLine(words.slice(1), {
    ...TRUST_OPTIONS,
    intermediate: 'many',
    crl: 'many',
    ocsp: 'many',
    at: 'once',
    policy: 'many',
    'require-explicit-policy': 'flag',
    'inhibit-policy-mapping': 'flag',
    'inhibit-any-policy': 'flag',
    revocation: 'once',
    purpose: 'once',
    algorithms: 'once',
    'max-age': 'once',
    ...ONLINE_OPTIONS,
    json: 'flag',
  })
  const [file, ...rest] = line.files
  if (file === undefined || rest.length > 0) throw new UsageError('certificate validate needs one CERT')
  if (!namesTrust(line)) throw new UsageError('--trust is missing')
  const language = languageOf(line.value('lang'), terminal.environment)
  const { certificates, crls, ocsps } = await usageErrors(evidenceOptions(line))
  const report = await validateCertificate(firstCertificate(await usageErrors(readInput(file))), {
    trust: await usageErrors(trustOptions(line)),
    at: line.time('at') ?? terminal.now(),
    // What is fetched now is newer than an --at in the past.
    ...(line.flag('online') ? { now: terminal.now() } : {}),
    sources: await onlineOptions(line),
    signal: terminal.signal,
    intermediates: certificates,
    crls,
    ocsps,
    policies: policies(line),
    requireExplicitPolicy: line.flag('require-explicit-policy'),
    inhibitPolicyMapping: line.flag('inhibit-policy-mapping'),
    inhibitAnyPolicy: line.flag('inhibit-any-policy'),
    revocation: line.choice('revocation', ['require', 'prefer', 'none'], 'require'),
    purpose: line.choice('purpose', ['any', 'signing', 'timestamping', 'ocsp'], 'signing'),
    algorithms: line.choice('algorithms', ['policy', 'any'], 'policy'),
    ...freshness(line),
  })
  const paint = painter(terminal.stdout, terminal.environment)
  const text = line.flag('json') ? JSON.stringify(report) : explainCertificate(report, { language, name: file, paint })
  terminal.stdout.write(`${text}\n`)
  return report.valid ? EXIT.valid : EXIT.invalid
}

/** The first certificate of a file; what is none goes on as it is and is reported as invalid. */
function firstCertificate(file: Uint8Array): Uint8Array {
  try {
    return readCertificates(file)[0] ?? file
  } catch {
    return file
  }
}

/** data on people's certificates no older than so many hours. */
function freshness(line: CommandLine): { freshness?: { signer: { maxAge: number } } } {
  const hours = line.value('max-age')
  if (hours === undefined) return {}
  if (!/^\d{1,6}$/.test(hours)) throw new UsageError(`--max-age must be a number of hours, not "${hours}"`)
  return { freshness: { signer: { maxAge: Number(hours) * 3600 } } }
}

function policies(line: CommandLine): readonly string[] {
  for (const policy of line.values('policy'))
    if (!/^[0-2](\.\d+)+$/.test(policy))
      throw new UsageError(`--policy must be an OID such as 1.3.6.1, not "${policy}"`)
  return line.values('policy')
}
