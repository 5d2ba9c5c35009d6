// The built packages on an older Node, without jest and TypeScript: sign, verify, see a change, through import and require.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { createTrustStore, p12Signer, sign, verify } from '@countersign/core/node'

const read = (path) => new Uint8Array(readFileSync(new URL(`../${path}`, import.meta.url)))
const at = new Date('2026-11-01T00:00:00Z')
const signer = await p12Signer(read('certs-test/officer.p12'), { password: 'test' })
const { bytes } = await sign(read('examples/data/letter.pdf'), { signer, at })
const options = {
  trust: createTrustStore([read('certs-test/root.pem')]),
  sources: { crls: [read('certs-test/crl-root.der'), read('certs-test/crl-ca-vn.der')] },
  at,
}
assert.equal((await verify(bytes, options)).overall, 'valid')
bytes[100] ^= 1
assert.equal((await verify(bytes, options)).signatures[0].integrity, 'broken')

const required = createRequire(import.meta.url)('@countersign/core')
assert.equal((await required.verify(new Uint8Array([1, 2, 3]), options)).overall, 'unreadable')
