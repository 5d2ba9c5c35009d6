// The catalogue as files: a PDF for every attack and every twin, and one list of what a verifier has to say of each.
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { CLASSES, SEED, variantsOf } from './catalogue.ts'
import { certificateNamed } from './identities.ts'
import { sha256 } from './judge.ts'
import { VERIFIED_AT } from './signing.ts'
import type { Expectation, Made } from './trick.ts'

/** One file of the catalogue. */
export interface ManifestEntry {
  readonly file: string
  readonly sha256: string
  readonly class: string
  readonly kind: 'attack' | 'twin'
  /** Number of the variant in its class; the twin has its attack's. */
  readonly variant: string
  /** What the attacker did; what the twin leaves out. */
  readonly trick: string
  /** How the document is written, what its signers allow, what came before and after. */
  readonly dimensions: object
  /** `overall` by its names in the report; of the signatures named, each value that is right. */
  readonly expect: Expectation
  /** SHA-256 of the issued document, where it takes that to tell. */
  readonly expectedDigest?: string
}

const README = `Attack catalogue of Countersign: signed PDF files that were attacked, each with a harmless twin made by the same tool.

All files are made by code, from a seed, with published test keys: nothing in them is secret or anybody's work. They are dedicated to the
public domain (CC0 1.0, https://creativecommons.org/publicdomain/zero/1.0/): use them to test any verifier.

manifest.json lists every file with what was done and what a verifier has to say: in "overall" (valid, valid-with-notes, indeterminate,
invalid, unsigned, unreadable) what must be or must not be, and of the signatures named each value of "integrity" and "permitted" that is
right. "notes" names findings of which one has to be told where the rules let a change pass; "proven" says whether the signature may count as
proven by a time stamp. Trust roots.pem, verify at the manifest's "verifyAt", without revocation data. The classes are those of the table in
Countersign's verification rules: A-01 to A-30.
`

function pem(der: Uint8Array): string {
  const lines = Buffer.from(der)
    .toString('base64')
    .replace(/(.{64})/g, '$1\n')
    .trimEnd()
  return `-----BEGIN CERTIFICATE-----\n${lines}\n-----END CERTIFICATE-----\n`
}

/** Where a file is put: a folder for each class. */
export function fileName(id: string, kind: ManifestEntry['kind']): string {
  return `${id.slice(0, 4)}/${id.slice(5)}-${kind}.pdf`
}

function writeMade(
  folder: string,
  name: string,
  made: Made,
): Pick<ManifestEntry, 'file' | 'sha256' | 'expect' | 'expectedDigest'> {
  writeFileSync(join(folder, name), made.bytes)
  const digest =
    made.expectedDigest === undefined ? {} : { expectedDigest: Buffer.from(made.expectedDigest).toString('hex') }
  return { file: name, sha256: sha256(made.bytes), expect: made.expect, ...digest }
}

/** Writes `count` variants of each class with their twins into a folder, and the manifest. */
export function writeCatalogue(
  folder: string,
  count: number,
  classes: readonly string[] = Object.keys(CLASSES),
  seed: number = SEED,
): readonly ManifestEntry[] {
  const files: ManifestEntry[] = []
  for (const name of classes) {
    mkdirSync(join(folder, name), { recursive: true })
    for (const variant of variantsOf(name, count, seed)) {
      const { id, trick, dimensions } = variant
      const common = { class: name, variant: id, trick, dimensions }
      for (const kind of ['attack', 'twin'] as const) {
        files.push({ ...writeMade(folder, fileName(id, kind), variant[kind]), kind, ...common })
      }
    }
  }
  const manifest = {
    schema: 'countersign/attacks/1',
    license: 'CC0-1.0',
    seed,
    verifyAt: VERIFIED_AT.toISOString(),
    files,
  }
  writeFileSync(join(folder, 'manifest.json'), `${JSON.stringify(manifest, null, 1)}\n`)
  writeFileSync(join(folder, 'README.txt'), README)
  writeFileSync(join(folder, 'roots.pem'), pem(certificateNamed('root')) + pem(certificateNamed('self-signed')))
  return files
}
