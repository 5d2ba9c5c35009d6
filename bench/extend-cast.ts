// Who takes part in `npm run bench:extend`: everybody with P-256.
import type { ActorDeclaration, PkiDeclaration } from '@countersign/test-pki'

export type BenchActor = 'root' | 'ca' | 'ocsp' | 'ocspRoot' | 'signer' | 'tsa'

const actor = (
  name: string,
  key: ActorDeclaration['key'],
  profile: ActorDeclaration['profile'],
  issuer?: BenchActor,
): ActorDeclaration => ({
  subject: ['C=VN', 'O=Countersign TEST', `CN=${name} (TEST)`],
  key,
  profile,
  validity: { from: -30, to: 1000 },
  ...(issuer === undefined ? {} : { issuer }),
})

export const BENCH_DECLARATION: PkiDeclaration<BenchActor> = {
  root: actor('root', 'clerk', 'root'),
  ca: actor('ca', 'leafEc', 'ca', 'root'),
  ocsp: actor('ocsp', 'ocspEc', 'ocsp', 'ca'),
  ocspRoot: actor('ocsp of the root', 'ocspEc', 'ocsp', 'root'),
  signer: actor('signer', 'officerEc', 'signer', 'ca'),
  tsa: actor('tsa', 'tsaEc', 'tsa', 'ca'),
}

export interface ExtendWorkerData {
  readonly anchor: Uint8Array
  readonly baseUrl: string
  readonly to: 'B-LT' | 'B-LTA'
}
