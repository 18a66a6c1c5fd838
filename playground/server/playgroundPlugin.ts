// Puts the playground's server on Vite's own port, in development and in preview. Living in Vite's configuration, it is
// TypeScript without a build, and Vite starts it anew when one of its files changes.
import type { Server } from 'node:http'
import type { Connect, Plugin, PreviewServer, ViteDevServer } from 'vite'
import { type PlaygroundServerOptions, createPlaygroundServer } from './playgroundServer.ts'

/** How often hub and clients ask each other, as `npm start -- --heartbeat` has it, in ms. */
function chosenHeartbeat(): Pick<PlaygroundServerOptions, 'heartbeat'> {
  const interval = Number(process.env['PLAYGROUND_HEARTBEAT'])
  return interval > 0 ? { heartbeat: { interval, timeout: interval } } : {}
}

/** The Vite plugin. */
export function playgroundPlugin(): Plugin {
  function attach({ httpServer, middlewares }: ViteDevServer | PreviewServer, host?: string | boolean): void {
    if (!httpServer) throw new Error('The playground needs the HTTP server of Vite: no middleware mode.')
    const server = createPlaygroundServer(httpServer as Server, {
      ...chosenHeartbeat(),
      publicName: typeof host === 'string' ? host : undefined,
    })
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
