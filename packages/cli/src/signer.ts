// --p12, --key with --cert, or --pkcs11: whose key signs.
import type { Signer, SignOptions } from '@countersign/core'
import { p12Signer, pemSigner, readCertificates } from '@countersign/core/node'
import type { CommandLine, OptionKind } from './command-line.ts'
import { readOption, readPassword } from './files.ts'
import { loadPackage } from './optional-package.ts'
import { UsageError } from './usage.ts'

type SignerOption = 'p12' | 'key' | 'cert' | 'chain' | 'password-file' | 'pkcs11' | 'token' | 'pin-file'

export const SIGNER_OPTIONS: Readonly<Record<SignerOption, OptionKind>> = {
  p12: 'once',
  key: 'once',
  cert: 'once',
  chain: 'many',
  'password-file': 'once',
  pkcs11: 'once',
  token: 'once',
  'pin-file': 'once',
}

/** What is used of the optional package. */
interface Pkcs11Package {
  readonly pkcs11Signer: (options: {
    readonly module: string
    readonly token?: { readonly label: string }
    readonly key?: { readonly label: string }
    readonly pin?: string
    /** Where the token holds none. */
    readonly certificate?: Uint8Array
    readonly chain?: readonly Uint8Array[]
  }) => Signer
}

/** --pkcs11 MODULE [--token LABEL] [--key LABEL] --pin-file FILE: a key on a token or HSM. */
async function tokenSigner(line: CommandLine, module: string): Promise<Signer> {
  if (line.flag('p12') || line.flag('password-file')) throw new UsageError('--pkcs11 takes --pin-file, and no --p12')
  const pinFile = line.value('pin-file')
  const token = line.value('token')
  const key = line.value('key')
  const pin = pinFile === undefined ? undefined : await readPassword(pinFile, 'pin-file')
  const cert = line.value('cert')
  const [certificate] = cert === undefined ? [] : readCertificates(await readOption(cert, 'cert'))
  const files = await Promise.all(line.values('chain').map((file) => readOption(file, 'chain')))
  const { pkcs11Signer } = await loadPackage<Pkcs11Package>('@countersign/pkcs11')
  return pkcs11Signer({
    module,
    chain: files.flatMap((file) => readCertificates(file)),
    ...(certificate === undefined ? {} : { certificate }),
    ...(token === undefined ? {} : { token: { label: token } }),
    ...(key === undefined ? {} : { key: { label: key } }),
    ...(pin === undefined ? {} : { pin }),
  })
}

/** @throws UsageError, FileError, CountersignError of the key file */
export async function signerOf(line: CommandLine): Promise<SignOptions['signer']> {
  const pkcs11 = line.value('pkcs11')
  if (pkcs11 !== undefined) return tokenSigner(line, pkcs11)
  if (line.flag('token') || line.flag('pin-file')) throw new UsageError('--token and --pin-file belong to --pkcs11')
  const p12 = line.value('p12')
  const key = line.value('key')
  if ((p12 === undefined) === (key === undefined)) throw new UsageError('give --p12, --key with --cert, or --pkcs11')
  const passwordFile = line.value('password-file')
  const password = passwordFile === undefined ? undefined : await readPassword(passwordFile, 'password-file')
  if (p12 !== undefined) {
    if (password === undefined) throw new UsageError('--password-file is missing')
    return await p12Signer(await readOption(p12, 'p12'), { password })
  }
  const files = [line.required('cert'), ...line.values('chain')]
  const texts = await Promise.all(files.map(async (file) => new TextDecoder().decode(await readOption(file, 'cert'))))
  return await pemSigner({
    key: await readOption(key ?? '', 'key'),
    certificates: texts.join('\n'),
    ...(password === undefined ? {} : { password }),
  })
}
