// The built page on a plain file server, in a folder of it.

import { mkdtempSync, rmSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { extname, join, normalize } from 'node:path'
import { build } from 'vite'

const root = new URL('../../', import.meta.url).pathname
const FOLDER = '/docs/lab/'
const VIOLATIONS = '/violations'
/** Refuses every request to another origin, in the page and in the arena, and reports it to the server. */
const POLICY = `default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; report-uri ${VIOLATIONS}`
const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.json': 'application/json',
}

export interface LaboratoryServer {
  /** Of the folder with the page. */
  address: string
  /** The paths that were requested outside of the folder. */
  strays: string[]
  /** How often a request to another origin was refused. Only with `isStrict`. */
  readonly violations: number
  close(): void
}

/** @param isStrict with a content security policy, under which Playwright cannot add scripts */
export async function serveLaboratory(isStrict = false): Promise<LaboratoryServer> {
  const outDir = mkdtempSync(join(tmpdir(), 'laboratory-'))
  await build({ root, configFile: join(root, 'vite.config.ts'), logLevel: 'warn', build: { outDir } })
  const strays: string[] = []
  let violations = 0
  const server = createServer(({ url = '/' }, response) => {
    const path = normalize(new URL(url, 'http://localhost').pathname)
    const file = path.startsWith(FOLDER) ? path.slice(FOLDER.length) || 'index.html' : null
    const headers = {
      'content-type': TYPES[extname(file ?? '')] ?? 'application/octet-stream',
      ...(isStrict && { 'content-security-policy': POLICY }),
    }
    const send = (body: Buffer) => response.writeHead(200, headers).end(body)
    if (path === VIOLATIONS) violations++
    else if (file === null) strays.push(path)
    if (file === null) response.writeHead(404).end()
    else readFile(join(outDir, file)).then(send, () => response.writeHead(404).end())
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    address: `http://127.0.0.1:${port}${FOLDER}`,
    strays,
    get violations() {
      return violations
    },
    close() {
      server.closeAllConnections()
      server.close()
      rmSync(outDir, { recursive: true, force: true })
    },
  }
}
