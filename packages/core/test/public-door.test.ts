// The public doors are pinned: what they export changes only on purpose, together with the CHANGELOG.
import { expect, test } from '@jest/globals'
import * as pure from '../src/index.ts'
import * as node from '../src/node.ts'

test('the pure door', () => {
  expect(Object.keys(pure).toSorted()).toMatchInlineSnapshot(`
   [
     "CountersignError",
     "DEFAULT_LIMITS",
     "LevelNotReachedError",
     "LimitError",
     "TS_119_312",
     "TT_15_2025",
     "acceptFinished",
     "addFields",
     "blobSource",
     "complete",
     "completeAll",
     "createSignpdfAdapter",
     "createTimestampClient",
     "createTrustStore",
     "decodePem",
     "describePolicy",
     "doctor",
     "encodeDigestInfo",
     "encodeEcdsaValue",
     "explainCertificate",
     "explainClaims",
     "explainDoctor",
     "explainError",
     "explainHtml",
     "explainReport",
     "exportEtsiReport",
     "extend",
     "inspect",
     "listFormFields",
     "listSignatureFields",
     "prepare",
     "prepareAll",
     "readCertificates",
     "requireSignedBy",
     "sign",
     "signCms",
     "signWithSignpdf",
     "signingRequest",
     "tellReport",
     "timestamp",
     "validateCertificate",
     "verify",
     "verifyCms",
     "webCryptoSigner",
   ]
  `)
})

test('the door for Node adds keys and files to it', () => {
  const added = Object.keys(node).filter((name) => !(name in pure))
  expect(added.toSorted()).toMatchInlineSnapshot(`
   [
     "EMPTY_PROFILE",
     "absentKey",
     "addAnchor",
     "answerExtensions",
     "answerSignings",
     "createProcessPool",
     "encodeTrustProfile",
     "extendAll",
     "extendFile",
     "fileSource",
     "httpTimestampAuthority",
     "keyFacts",
     "loadTrustProfile",
     "onlineSource",
     "openTrustProfile",
     "orderChain",
     "p12Signer",
     "parseSha256",
     "parseTrustProfile",
     "pemSigner",
     "pinnedCertificate",
     "readTrustProfile",
     "recoverFile",
     "removeAnchor",
     "selectAnchors",
     "serveProcessPool",
     "signAll",
     "signFile",
     "timestampFile",
     "trustProfilePath",
   ]
  `)
})
