// Certificates, CRLs and OCSP responses from files, each in DER or PEM.
import { CountersignError, decodePem, readCertificates } from '@countersign/core'
import type { CommandLine } from './command-line.ts'
import { readOption } from './files.ts'

export interface Evidence {
  readonly certificates: readonly Uint8Array[]
  readonly crls: readonly Uint8Array[]
  readonly ocsps: readonly Uint8Array[]
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
