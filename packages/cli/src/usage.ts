/** Exit codes of the command line; several verify results: precedence INVALID, UNREADABLE, INDETERMINATE, VALID. */
export const EXIT: {
  readonly valid: 0
  readonly invalid: 1
  readonly indeterminate: 2
  readonly unsigned: 3
  readonly usage: 64
} = { valid: 0, invalid: 1, indeterminate: 2, unsigned: 3, usage: 64 }

/** The command line itself is wrong: exit 64. */
export class UsageError extends Error {
  override readonly name: string = 'UsageError'
  readonly code: string

  constructor(message: string, code = 'USAGE') {
    super(message)
    this.code = code
  }
}

const COMMANDS: Readonly<Record<string, string>> = {
  sign: `countersign sign --p12 FILE --password-file FILE [options] IN OUT
  --p12 FILE             PKCS#12 file with the key          --key FILE --cert FILE  PEM instead
  --password-file FILE   file with its password            --chain FILE  issuers, for --key and --pkcs11; repeatable
  --pkcs11 MODULE        key on a token: --token LABEL --key LABEL --pin-file FILE, --cert FILE where
                         the token holds no certificate (needs @countersign/pkcs11)
  --field NAME           fill this empty signature field
  --new-field NAME       make a field; visible with --page N --rect x,y,width,height (points)
                         or --place PLACE [--page N] [--width MM] [--height MM], millimetres on the page as shown:
                         X,Y  top-right[:X,Y]  field:NAME  seal:NAME  text:TITLE  'text:TITLE|NAME' (between both)
  --appearance FILE      PDF or PNG shown in the field; --appearance-page N
  --template NAME|FILE.json   vn-officer, vn-seal, vn-info, vn-copy, vn-attachment, or your own, with
                         --image NAME=FILE and --set NAME=TEXT, repeatable, in a --new-field (needs @countersign/report)
  --level B-B|B-T|B-LT|B-LTA   reached, or nothing is written; above B-B with --tsa URL, above B-T with --trust too;
                         with them also the other options of extend, such as --online and --crl
  --format pades|pkcs7   pkcs7: adbe.pkcs7.detached, with --archive-revocation its revocation data inside
  --reason TEXT  --location TEXT  --certify 1|2|3
  --password TEXT        PDF password (tests only), --password-file-pdf FILE
  --in-place             append to the one file given, under a journal, instead of writing OUT
  --json                 print the signing report`,
  verify: `countersign verify [options] FILE...
  --trust FILE           trusted certificates: PEM, DER or PKCS#7; repeatable
  --trust-profile FILE   anchors of a trust profile (countersign trust); --anchors gov|public|both
  --crl FILE, --ocsp FILE, --intermediate FILE   evidence from files; repeatable
  --revocation require|prefer|none   how much is demanded (default require)
  --signer TEXT          demand a valid signature by this signer: certificate SHA-256, UID, or part of the subject
  --at ISO               validation time (default now)
  --policy strict|compat|vietnam-gov|vietnam-public   --algorithms policy|any
  --password TEXT, --password-file-pdf FILE   of an encrypted PDF
  --offline (default)    --online  ask the places named in certificates: issuers, OCSP, lists; public addresses only
  --allow-host HOST[:PORT]   with --online: ask this host whatever its address is, such as an internal CA; repeatable
  --tls-ca FILE, --proxy URL   with --online: an authority for https places, repeatable; the way out
  --expected-sha256 HEX  demand exactly this file, as a register knows it
  --json                 one report per line and file       --details  for experts
  --format human|json|html|etsi   --html FILE  the report of one file as a page that prints
  --report-pdf FILE      the report as PDF; with --p12 FILE --password-file FILE (or --key, --cert) it is signed
  --jobs N  --max-memory MB  several files are verified in child processes, each with a cap on its memory`,
  doctor: `countersign doctor [options of verify] [--json] FILE...
  Tells why Acrobat, Foxit, pdfsig or a browser may say something else than verify, and what to do.`,
  inspect: `countersign inspect [--json] [--password TEXT, --password-file-pdf FILE] FILE...
  Lists the signatures a file claims to hold. Nothing is checked. Exit 3 when a file cannot be read.`,
  certificate: `countersign certificate validate --trust FILE [options] CERT
  --intermediate FILE, --crl FILE, --ocsp FILE     repeatable
  --at ISO  --policy OID (repeatable)  --require-explicit-policy  --inhibit-policy-mapping  --inhibit-any-policy
  --trust-profile FILE  --anchors gov|public|both  --online  --allow-host HOST[:PORT]  --tls-ca FILE  --proxy URL
  --revocation none|prefer|require  --purpose any|signing|timestamping|ocsp  --algorithms policy|any
  --max-age HOURS        revocation data on people's certificates must not be older
  --json`,
  trust: `countersign trust list [--anchors gov|public|both] [--json] PROFILE
countersign trust add --anchors gov|public|both --provenance TEXT [options] PROFILE CERT
  --sha256 HEX           the certificate's SHA-256 as its publisher states it; --yes trusts it without
  --purpose signer|tsa   what it may vouch for (default both); repeatable
  --from ISO, --until ISO   trusted from this time on, no longer after that one
  --path-length N        CAs that may stand below it
  --permit NAME, --exclude NAME   names its certificates must, must not bear: dns:gov.vn, email:.gov.vn,
                         uri:gov.vn, "directory:O=...,C=VN"; repeatable
countersign trust remove PROFILE SHA256
  PROFILE is a JSON file, or a folder with trust.json; certificates stand beside it, pinned by SHA-256.`,
  timestamp: `countersign timestamp --tsa URL [options] IN OUT
  Adds a document timestamp over the whole file, signed or not.
  --tsa URL              repeatable: the next one is asked when one fails
  --tsa-timeout SECONDS  for one answer (default 30, at most 180)   --tsa-tries N  --tsa-policy OID
  --tsa-header-file FILE header fields for the authority, one "Name: value" a line, such as an authorization
  --field NAME           a prepared empty signature field           --digest sha256|sha384|sha512
  --password TEXT, --password-file-pdf FILE   --json
  --in-place             append to the one file given, under a journal, instead of writing OUT`,
  extend: `countersign extend --to B-T|B-LT|B-LTA --trust FILE... [options] IN OUT
countersign extend ... IN-FOLDER OUT-FOLDER     countersign extend ... --list FILE OUT-FOLDER
  Brings every signature of the file to the level, ours or others'; a file at B-LTA is renewed.
  --journal FILE         of many files: what is done, so that a later run goes on from there   --workers N  threads
  The options of timestamp, and:
  --online               ask the places named in certificates; --allow-host HOST[:PORT]  --tls-ca FILE  --proxy URL
  --crl FILE, --ocsp FILE, --intermediate FILE   evidence from files; --trust-profile FILE, --anchors gov|public|both
  --archive-tsa URL      another authority for the document timestamp   --archive-digest sha256|sha384|sha512
  --freshness now|after-timestamp|HOURS   how new revocation data must be (default now)
  --archive-data next-renewal|at-once     --vri   --renew-by ISO`,
  recover: `countersign recover [--force] [--json] FILE...
  Cuts off what a broken-off signing in place has left; the next signing in place does so by itself.
  --force                although the process that signed may still run on another machine`,
  pki: `countersign pki init [--days N] [--organisation TEXT] --password-file FILE FOLDER
  Makes a throw-away TEST certificate authority for trying things out.
countersign pki serve [--port N] [--host NAME] [--password-file FILE] [FOLDER]
  Serves a TEST authority with CRL, OCSP and TSA, writes its files into FOLDER, and prints where; Ctrl-C ends it.`,
  serve: `countersign serve [--port N] [--host NAME] [--data FOLDER] [--mode test|production] [--config FILE]
  Starts the signing service (Node.js 22.16 or later); without options a try-out on http://localhost:8080
  with throw-away TEST certificates.`,
}

export function usageText(command?: string): string {
  const one = command === undefined ? undefined : COMMANDS[command]
  if (one !== undefined) return one
  return `countersign signs approved PDF documents and proves who signed what and what changed since.

${Object.values(COMMANDS).join('\n\n')}

All commands: --lang vi|en, --help, --version. Exit codes of verify: 0 valid, 1 invalid, 2 indeterminate,
3 unsigned or unreadable; of certificate validate: 0 valid, 1 not; of the others: 0 done, 1 failed. 64: wrong usage;
of verify and certificate validate also an option's file that cannot be read or written. Errors end with CODE: text.`
}
