// Serves the playground's server on Vite's own port, in development and in preview. Because the Vite configuration imports it, it needs
// no build, and Vite restarts it when one of its files changes.
import type { Server } from 'node:http'
import type { Connect, Plugin, PreviewServer, ViteDevServer } from 'vite'
import { type PlaygroundServerOptions, createPlaygroundServer } from './playgroundServer.ts'

/** The heartbeat interval that `npm start -- --heartbeat` sets, in ms. */
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
