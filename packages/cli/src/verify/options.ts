// What `verify` and `doctor` are told on the command line, for this process and for the children that work for it.
import type { Policy, VerifyOptions } from '@countersign/core'
import type { CommandLine, OptionKind } from '../command-line.ts'
import { evidenceOptions } from '../evidence.ts'
import { ONLINE_OPTIONS, onlineOptions } from '../online.ts'
import { TRUST_OPTIONS, trustOptions } from '../trust-options.ts'
import { UsageError } from '../usage.ts'

/** Options that say how to verify; not those that say what to print. */
export const CHECK_OPTIONS: Readonly<Record<string, OptionKind>> = {
  ...TRUST_OPTIONS,
  intermediate: 'many',
  crl: 'many',
  ocsp: 'many',
  revocation: 'once',
  algorithms: 'once',
  policy: 'once',
  at: 'once',
  ...ONLINE_OPTIONS,
  'expected-sha256': 'once',
  password: 'once',
  'password-file-pdf': 'once',
}

export interface CheckContext {
  /** Validation time where --at does not say another. */
  readonly now: Date
  /** Of the PDF, as it was read already: a child asks nobody. */
  readonly password: string | undefined
  readonly signal?: AbortSignal
}

/** @throws UsageError, FileError */
export async function checkOptions(line: CommandLine, context: CheckContext): Promise<VerifyOptions> {
  const { password, signal } = context
  const expectedDigest = expectedSha256(line)
  return {
    trust: await trustOptions(line),
    at: line.time('at') ?? context.now,
    policy: policyOption(line),
    sources: { ...(await evidenceOptions(line)), ...(await onlineOptions(line)) },
    ...(signal === undefined ? {} : { signal }),
    ...(password === undefined ? {} : { password }),
    ...(expectedDigest === undefined ? {} : { expectedDigest }),
  }
}

function policyOption(line: CommandLine): Policy {
  return {
    profile: line.choice('policy', ['strict', 'compat', 'vietnam-gov', 'vietnam-public'], 'strict'),
    revocation: line.choice('revocation', ['require', 'prefer', 'none'], 'require'),
    algorithms: line.choice('algorithms', ['policy', 'any'], 'policy'),
  }
}

/** the SHA-256 that a register holds for the one document. */
function expectedSha256(line: CommandLine): Uint8Array | undefined {
  const value = line.value('expected-sha256')
  if (value === undefined) return undefined
  const hex = value.replace(/^sha256:/i, '').replaceAll(':', '')
  if (!/^[0-9a-f]{64}$/i.test(hex)) throw new UsageError(`--expected-sha256 must be 64 hex digits, not "${value}"`)
  return new Uint8Array(Buffer.from(hex, 'hex'))
}
