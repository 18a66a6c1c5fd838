// Puts the playground's server on Vite's own port, in development and in preview. Living in Vite's configuration, it is
// TypeScript without a build, and Vite starts it anew when one of its files changes.
import type { Server } from 'node:http'
import type { Connect, Plugin, PreviewServer, ViteDevServer } from 'vite'
import { createPlaygroundServer } from './playgroundServer.ts'

/** The Vite plugin. */
export function playgroundPlugin(): Plugin {
  function attach({ httpServer, middlewares }: ViteDevServer | PreviewServer, host?: string | boolean): void {
    if (!httpServer) throw new Error('The playground needs the HTTP server of Vite: no middleware mode.')
    const server = createPlaygroundServer(httpServer as Server, typeof host === 'string' ? host : undefined)
    const handle: Connect.NextHandleFunction = (request, response, next) => {
      if (!server.handle(request, response)) next()
    }
    middlewares.use(handle)
  }
  return {
    name: 'holdfast-playground',
    configureServer: (server) => attach(server, server.config.server.host),
    configurePreviewServer: (server) => attach(server, server.config.preview.host),
  }
}
