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

/** The anchors of every --trust file; none given means that nobody is trusted. */
export async function trustOptions(line: CommandLine): Promise<TrustStore> {
  return createTrustStore(await certificatesOf(line, 'trust'))
}

/** What --intermediate, --crl and --ocsp give. */
export async function evidenceOptions(line: CommandLine): Promise<Evidence> {
  return {
    certificates: await certificatesOf(line, 'intermediate'),
    crls: await dataOf(line, 'crl', 'X509 CRL'),
    ocsps: await dataOf(line, 'ocsp', 'OCSP RESPONSE'),
  }
}

async function certificatesOf(line: CommandLine, option: string): Promise<readonly Uint8Array[]> {
  const found: Uint8Array[] = []
  for (const file of line.values(option)) {
    const bytes = await readOption(file, option)
    try {
      found.push(...readCertificates(bytes))
    } catch (error) {
      if (!(error instanceof CountersignError)) throw error
      throw new UsageError(`--${option}: ${file}: ${error.message}`, error.code)
    }
  }
  return found
}

/** What is no PEM goes on as it is: the check says what is wrong with it. */
async function dataOf(line: CommandLine, option: string, label: string): Promise<readonly Uint8Array[]> {
  const found: Uint8Array[] = []
  for (const file of line.values(option)) {
    const bytes = await readOption(file, option)
    const blocks = decodePem(bytes, label)
    found.push(...(blocks.length > 0 ? blocks : [bytes]))
  }
  return found
}
