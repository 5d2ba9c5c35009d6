// Certificates, CRLs and OCSP responses from files, each in DER or PEM.
import { CountersignError, createTrustStore, decodePem, readCertificates } from '@countersign/core'
import type { TrustStore } from '@countersign/core'
import type { CommandLine } from './command-line.ts'
import { readOption } from './files.ts'
import { UsageError } from './usage.ts'

export interface Evidence {
  readonly certificates: readonly Uint8Array[]
  readonly crls: readonly Uint8Array[]
  readonly ocsps: readonly Uint8Array[]
}

/**
 * The anchors of every --trust file; none given means that nobody is trusted.
 *
 * @throws UsageError for a file without certificates
 */
export async function trustOptions(line: CommandLine): Promise<TrustStore> {
  const anchors: TrustStore['anchors'][number][] = []
  for (const file of line.values('trust')) {
    const bytes = await readOption(file, 'trust')
    try {
      anchors.push(...createTrustStore([bytes]).anchors)
    } catch (error) {
      if (!(error instanceof CountersignError)) throw error
      throw new UsageError(`--trust: ${file}: ${error.message}`, error.code)
    }
  }
  return { anchors }
}

/** What --intermediate, --crl and --ocsp give. */
export async function evidenceOptions(line: CommandLine): Promise<Evidence> {
  return {
    certificates: await intermediates(line),
    crls: await dataOf(line, 'crl', 'X509 CRL'),
    ocsps: await dataOf(line, 'ocsp', 'OCSP RESPONSE'),
  }
}

/** Candidates only: one that cannot be read helps nobody and harms nobody. */
async function intermediates(line: CommandLine): Promise<readonly Uint8Array[]> {
  const found: Uint8Array[] = []
  for (const file of line.values('intermediate')) {
    const bytes = await readOption(file, 'intermediate')
    try {
      found.push(...readCertificates(bytes))
    } catch (error) {
      if (!(error instanceof CountersignError)) throw error
      found.push(bytes)
    }
  }
  return found
}

/** What is no PEM goes on as it is: the check says what is wrong with it. */
async function dataOf(line: CommandLine, option: string, label: string): Promise<readonly Uint8Array[]> {
  const found: Uint8Array[] = []
  for (const file of line.values(option)) {
    const bytes = await readOption(file, option)
    const blocks = pemBlocks(bytes, label)
    found.push(...(blocks.length > 0 ? blocks : [bytes]))
  }
  return found
}

function pemBlocks(bytes: Uint8Array, label: string): readonly Uint8Array[] {
  try {
    return decodePem(bytes, label)
  } catch (error) {
    if (error instanceof CountersignError) return []
    throw error
  }
}
