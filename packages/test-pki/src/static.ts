// The PKI of certs-test/: the default cast with dates that do not rot, and the files it is written to.
import { toPem } from './actor.ts'
import type { Actor } from './actor.ts'
import { DEFAULT_DECLARATION } from './actors.ts'
import type { DefaultActor } from './actors.ts'
import type { ActorDeclaration, PkiDeclaration, When } from './declaration.ts'
import { createTestPki, fileNameOf } from './pki.ts'
import type { TestPki } from './pki.ts'

/** The password of every PKCS#12 file in certs-test/. */
export const STATIC_PASSWORD = 'test'

/** When the static revocation data was issued. */
const ISSUED = new Date('2025-07-01T00:00:00Z')
const END = '2055-01-01T00:00:00Z'

type Validity = { readonly from: When; readonly to: When }

function staticValidity(name: string, declaration: ActorDeclaration): Validity {
  if (name === 'expired') return { from: '2022-01-01T00:00:00Z', to: '2024-01-01T00:00:00Z' }
  if (name === 'notYetValid') return { from: '2054-01-01T00:00:00Z', to: END }
  const authority = declaration.profile === 'root' || declaration.profile === 'ca'
  return { from: authority ? '2020-01-01T00:00:00Z' : '2025-01-01T00:00:00Z', to: END }
}

/** ECDSA signatures are random: what the EC CA signs stays out of the reproducible files. */
const fixed = (name: string): boolean => DEFAULT_DECLARATION[name as DefaultActor].issuer !== 'caEc'

const STATIC_DECLARATION: PkiDeclaration<DefaultActor> = Object.fromEntries(
  Object.entries(DEFAULT_DECLARATION).map(([name, declaration]) => {
    const revoked =
      declaration.revoked === undefined ? {} : { revoked: { ...declaration.revoked, at: '2025-06-01T00:00:00Z' } }
    return [name, { ...declaration, ...revoked, validity: staticValidity(name, declaration) }]
  }),
) as Record<DefaultActor, ActorDeclaration>

/** The PKI whose files are in certs-test/. Its clock stands at 2025-07-01 unless another is given. */
export function createStaticPki(options: { readonly clock?: () => Date } = {}): TestPki {
  return createTestPki({ clock: options.clock ?? (() => ISSUED), declaration: STATIC_DECLARATION })
}

const MARK = 'Countersign TEST key, published on purpose: never trust it.\n'

function actorFiles(actor: Actor): [string, string | Uint8Array][] {
  const name = fileNameOf(actor.name)
  return [
    [`${name}.pem`, actor.pem],
    [`${name}.key`, MARK + actor.privateKeyPem],
    [`${name}.p12`, actor.toPkcs12(STATIC_PASSWORD)],
  ]
}

/** Every reproducible file of certs-test/ by name, without its README. */
export function staticFiles(): Map<string, string | Uint8Array> {
  const pki = createStaticPki()
  const { root, ca, caVn, caEc, caRevoked, officer } = pki.actors
  const files = new Map(pki.names.filter((name) => fixed(name)).flatMap((name) => actorFiles(pki.actors[name])))
  files.set('chain.pem', ca.pem + caVn.pem + caEc.pem + caRevoked.pem + root.pem)
  files.set('root.crt', root.certificate)
  files.set('officer-legacy.p12', officer.toPkcs12(STATIC_PASSWORD, { style: 'legacy' }))
  for (const name of ['root', 'ca', 'caVn'] as const) {
    const crl = pki.issueCrl(name, { nextUpdate: new Date(END) })
    files.set(`crl-${fileNameOf(name)}.der`, crl)
    files.set(`crl-${fileNameOf(name)}.pem`, toPem('X509 CRL', crl))
  }
  return files
}

/** One line per certificate, for the README. */
export function staticTable(): string {
  const pki = createStaticPki()
  const lines = pki.names
    .filter((name) => fixed(name))
    .map((name) => {
      const { declaration, notBefore, notAfter } = pki.actors[name]
      const subject = declaration.subject.flat().find((part) => part.startsWith('CN')) ?? ''
      const period = `${notBefore.toISOString().slice(0, 10)} to ${notAfter.toISOString().slice(0, 10)}`
      const revoked =
        declaration.revoked === undefined ? '' : `, revoked (${declaration.revoked.reason ?? 'unspecified'})`
      return `| ${fileNameOf(name)} | ${subject.slice(subject.indexOf('=') + 1)} | ${declaration.issuer ?? 'itself'} | ${declaration.profile} | ${period}${revoked} |`
    })
  return ['| files | common name | issued by | profile | valid |', '|---|---|---|---|---|', ...lines].join('\n')
}
