import type { Cert, Revocation, SignatureReport } from '../report.ts'
import { sha256Of } from '../validation/poe.ts'
import type { Stamp } from './timestamps.ts'

type Evidence = NonNullable<SignatureReport['evidence']>[number]

interface Material {
  readonly path: readonly Cert[]
  readonly revocation: readonly Revocation[]
}

/** Hashes of everything the verdict rests on, each once: the signer's path and its revocation data, then the time stamps with theirs. */
export async function evidenceOf(trust: Material, stamps: readonly Stamp[]): Promise<readonly Evidence[]> {
  const found = new Map<string, Evidence>()
  const add = ({ path, revocation }: Material): void => {
    for (const { sha256 } of path) found.set(sha256, { type: 'certificate', sha256 })
    for (const { type, sha256 } of revocation) found.set(sha256, { type, sha256 })
  }
  add(trust)
  for (const stamp of stamps) {
    if (stamp.verdict.indication !== 'TOTAL-PASSED') continue
    const sha256 = await sha256Of(stamp.encoding)
    found.set(sha256, { type: 'timestamp', sha256 })
    add(stamp.trust)
  }
  return [...found.values()]
}
