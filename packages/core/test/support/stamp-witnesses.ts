// Document timestamps judged by programs that share no code with ours: OpenSSL and pkijs.
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { ContentInfo, SignedData, TSTInfo } from 'pkijs'
import { runProgram } from '../../../../test/support/witnesses.ts'
import { cutSignatures } from './signers.ts'

export interface CutStamp {
  readonly token: Uint8Array
  /** The bytes that it stamps. */
  readonly data: Uint8Array
  readonly genTime: Date
}

function signedDataOf(token: Uint8Array): SignedData {
  return new SignedData({ schema: ContentInfo.fromBER(Uint8Array.from(token)).content })
}

const TST_INFO = '1.2.840.113549.1.9.16.1.4'

/** Every document timestamp of a file, cut without any of the code under test. */
export function cutStamps(pdf: Uint8Array): readonly CutStamp[] {
  return cutSignatures(pdf).flatMap(({ cms, content }) => {
    const { encapContentInfo } = signedDataOf(cms)
    if (encapContentInfo.eContentType !== TST_INFO) return []
    const info = TSTInfo.fromBER(Uint8Array.from(encapContentInfo.eContent!.valueBlock.valueHexView))
    return [{ token: cms, data: content, genTime: info.genTime }]
  })
}

/** pkijs: the imprint over the data, and the signature on the token. */
export function pkijsAccepts({ token, data }: CutStamp): Promise<boolean> {
  return signedDataOf(token).verify({ signer: 0, data: Uint8Array.from(data).buffer })
}

/** What `openssl ts -verify` says at the token's own time. */
export async function opensslTs(stamp: CutStamp, anchors: string, folder: string): Promise<string> {
  const [token, data, trust] = ['token.der', 'data.bin', 'anchors.pem'].map((name) => join(folder, name)) as [
    string,
    string,
    string,
  ]
  await writeFile(token, stamp.token)
  await writeFile(data, stamp.data)
  await writeFile(trust, anchors)
  const at = Math.floor(stamp.genTime.getTime() / 1000).toString()
  const words = ['ts', '-verify', '-token_in', '-in', token, '-data', data, '-CAfile', trust, '-attime', at]
  const { code, stdout, stderr } = await runProgram('openssl', words)
  return code === 0 && `${stdout}${stderr}`.includes('Verification: OK') ? 'OK' : `${stdout}${stderr}`
}

/** `openssl cms` for tokens that `openssl ts` cannot check: it knows no RSA-PSS. */
export async function opensslCms(stamp: CutStamp, anchors: string, folder: string): Promise<string> {
  const [token, trust] = [join(folder, 'token.der'), join(folder, 'anchors.pem')]
  await writeFile(token, stamp.token)
  await writeFile(trust, anchors)
  const at = Math.floor(stamp.genTime.getTime() / 1000).toString()
  const words = ['cms', '-verify', '-inform', 'DER', '-in', token, '-CAfile', trust, '-purpose', 'any', '-attime', at]
  const { code, stderr } = await runProgram('openssl', [...words, '-out', join(folder, 'info.der')])
  return code === 0 ? 'OK' : stderr
}
