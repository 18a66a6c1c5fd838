import { execFile } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync } from 'node:fs'
import { type Server, createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { extname, join } from 'node:path'
import { promisify } from 'node:util'

/** A folder below the root of the server, as on a host of project pages. */
export const BASE = '/x/'
export const ORIGIN = 'https://docs.example'

const TYPES: Record<string, string> = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
  '.json': 'application/json',
}

export interface BuiltSite {
  /** Paths of all pages below the base, such as `guide/heartbeat.html`, without those of the laboratory. */
  pages: string[]
  has(path: string): boolean
  read(path: string): string
  url: string
  close(): void
}

/** Builds the site and serves it with a plain file server. `DOCS_DIST` names a folder with a build, to save time while working on the tests. */
export async function buildSite(): Promise<BuiltSite> {
  const given = process.env['DOCS_DIST']
  const folder = given ?? mkdtempSync(join(tmpdir(), 'docs-'))
  if (!given) {
    const root = join(import.meta.dirname, '../..')
    await promisify(execFile)('npm', ['run', 'docs:build', '--', '--outDir', folder], {
      cwd: root,
      env: { ...process.env, DOCS_BASE: BASE, DOCS_ORIGIN: ORIGIN, NODE_ENV: 'production' },
    })
  }
  const server = serve(folder)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    pages: readdirSync(folder, { recursive: true, encoding: 'utf8' })
      // A build of the site may contain that of the laboratory, which has tests of its own.
      .filter((path) => path.endsWith('.html') && path !== '404.html' && !path.startsWith('lab/'))
      .sort(),
    has: (path) => existsSync(join(folder, path)),
    read: (path) => readFileSync(join(folder, path), 'utf8'),
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}${BASE}`,
    close: () => {
      server.close()
      if (!given) rmSync(folder, { recursive: true })
    },
  }
}

function serve(folder: string): Server {
  return createServer((request, response) => {
    const path = decodeURIComponent(new URL(request.url ?? '/', 'http://host').pathname)
    const file = join(folder, path.slice(BASE.length), path.endsWith('/') ? 'index.html' : '')
    const found = path.startsWith(BASE) && statSync(file, { throwIfNoEntry: false })?.isFile()
    response.writeHead(found ? 200 : 404, { 'content-type': TYPES[extname(file)] ?? 'text/plain' })
    response.end(found ? readFileSync(file) : 'not found')
  })
}
