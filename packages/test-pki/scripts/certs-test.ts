// Writes certs-test/: the folder is the only argument.
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { STATIC_PASSWORD, staticFiles, staticTable } from '../src/static.ts'

const folder = process.argv[2]
if (folder === undefined) throw new Error('usage: certs-test.ts FOLDER')
mkdirSync(folder, { recursive: true })
const files = staticFiles()
files.set(
  'README.md',
  `# Test certificates: never trust these

Their private keys are published here on purpose. They are for tests, examples and trying things by hand, and for nothing else:
anyone can sign with them. Never add \`root.pem\` to a trust store that is used for anything real.

Made by \`npm run certs-test\` (the same bytes each time) from the keys in \`packages/test-pki/src/test-keys.ts\`;
\`npm run certs-test -- --new-keys\` makes new keys first. Do not edit by hand.

- \`NAME.p12\`: key, certificate and chain; the password is \`${STATIC_PASSWORD}\`. \`officer-legacy.p12\` is encrypted as older tools did (3DES, SHA-1).
- \`NAME.pem\`: the certificate; \`NAME.key\`: its private key (PKCS#8, not encrypted).
- \`root.pem\` (\`root.crt\` in DER): the trust anchor; \`chain.pem\`: all CAs.
- \`crl-*.der\`, \`crl-*.pem\`: revocation lists of 2025-07-01, valid until 2055.
- \`officer\`, \`seal\` and \`officer2\` are issued by a CA with a Vietnamese name, in the profile Vietnam's government PKI uses.

${staticTable()}
`,
)
for (const [name, content] of files) writeFileSync(join(folder, name), content)
process.stdout.write(`wrote ${files.size} files to ${folder}\n`)
