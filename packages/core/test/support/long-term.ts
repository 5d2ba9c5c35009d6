// A test PKI that lives through the years: signers, authorities and a source of validation data under one clock.
import { randomBytes } from 'node:crypto'
import { createTestPki } from '@countersign/test-pki'
import type { ActorDeclaration, KeyName, PkiDeclaration, TestPki, TimestampOptions } from '@countersign/test-pki'
import type { Signer } from '../../src/cms/signer.ts'
import { pemSigner } from '../../src/keys/pem.ts'
import type { TimestampAuthority } from '../../src/tsp/authority.ts'
import { createTimestampClient } from '../../src/tsp/client.ts'
import type { TimestampAttempt } from '../../src/tsp/client.ts'
import type { FoundData, MissingData, RevocationSource } from '../../src/validation/revocation.ts'
import { createTrustStore } from '../../src/validation/trust.ts'
import type { TrustStore } from '../../src/validation/trust.ts'
import { Certificate } from '../../src/x509/certificate.ts'

const YEAR = 365

/** One member: `from` and `to` in years from the start. */
export function member(
  profile: ActorDeclaration['profile'],
  key: KeyName,
  issuer: string | undefined,
  from: number,
  to: number,
  more: Partial<ActorDeclaration> = {},
): ActorDeclaration {
  return {
    subject: ['C=VN', 'O=Countersign TEST', `CN=${profile} ${key} ${issuer ?? 'root'} (TEST)`],
    ...(issuer === undefined ? {} : { issuer }),
    key,
    profile,
    validity: { from: from * YEAR, to: to * YEAR },
    ...more,
  }
}

export type Kind = 'ocsp' | 'crl'

/** A PKI under a clock that is set by hand. */
export class World<Name extends string> {
  readonly start: Date
  readonly pki: TestPki<Name>
  now: Date
  /** What answers for a certificate's status. */
  kind: Kind = 'ocsp'
  /** When data are issued: at once, or as before. */
  issued: (() => Date) | undefined
  readonly attempts: TimestampAttempt[] = []
  readonly asked: string[] = []

  constructor(declaration: PkiDeclaration<Name>, start: Date) {
    this.start = start
    this.now = start
    this.pki = createTestPki({ clock: () => this.now, declaration })
  }

  /** Turns the clock; years of 365 days. */
  at(years: number): this {
    this.now = new Date(this.start.getTime() + years * YEAR * 86_400_000)
    return this
  }

  trust(...names: readonly Name[]): TrustStore {
    return createTrustStore(names.map((name) => this.pki.actors[name].certificate))
  }

  signer(name: Name): Promise<Signer> {
    const { privateKeyPem, pem, chain } = this.pki.actors[name]
    const issuers = chain.map(
      (der) => `-----BEGIN CERTIFICATE-----\n${Buffer.from(der).toString('base64')}\n-----END CERTIFICATE-----\n`,
    )
    return pemSigner({ key: privateKeyPem, certificates: pem + issuers.join('') })
  }

  /** An authority in this process; each question is answered by `options` as they are then. */
  tsa(name: Name, options: () => TimestampOptions<Name> = () => ({})): TimestampAuthority {
    return createTimestampClient({
      sources: [{ id: name, ask: (der) => Promise.resolve(this.pki.timestamp(der, { tsa: name, ...options() })) }],
      now: () => this.now,
      random: randomBytes,
      onAttempt: (attempt) => this.attempts.push(attempt),
    })
  }

  /** Looks up what is missing, as certificates would say where. */
  get sources(): RevocationSource {
    return {
      find: ({ missing }): Promise<FoundData> => {
        const found = { certificates: [] as Uint8Array[], crls: [] as Uint8Array[], ocsps: [] as Uint8Array[] }
        for (const one of missing) this.#answer(one, found)
        return Promise.resolve({ ...found, problems: [] })
      },
    }
  }

  #answer({ certificate, issuer }: MissingData, found: Record<'certificates' | 'crls' | 'ocsps', Uint8Array[]>): void {
    const { serial } = Certificate.parse(certificate)
    const actor = this.pki.findBySerial(serial)
    if (actor === undefined) return
    this.asked.push(`${issuer === undefined ? 'issuer' : this.kind} of ${actor.name}`)
    const times = this.issued === undefined ? {} : { thisUpdate: this.issued() }
    if (issuer === undefined) found.certificates.push(actor.issuer.certificate)
    else if (this.kind === 'crl') found.crls.push(this.pki.issueCrl(actor.issuer.name as Name, times))
    else found.ocsps.push(this.pki.ocspResponse(actor.name as Name, times))
  }
}
