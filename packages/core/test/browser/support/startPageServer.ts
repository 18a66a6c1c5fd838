/**
 * Pages for the tests that open one of their own, and WebSocket endpoints that record what they receive. A browser cannot start a
 * server, so the tests control this one over HTTP: each POST is one `PageServerCommand`.
 */

import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { build } from 'vite'
import { startStallingProxy } from '../../support/stallingProxy.ts'
import { startRecordingStreams } from './recordingStreams.ts'
import { startSlowProxy } from './slowProxy.ts'
import { recordingSockets } from './recordingSockets.ts'

export interface PageUrls {
  /**
   * `/page` has the client as a global, and `/blank` nothing. `/frame?<ws url>` has a frame of another site far below the visible part, whose
   * client follows this URL. POST: commands.
   */
  http: string
  /** `/<name>` echoes and records under this name. */
  ws: string
  /** The same endpoints through a proxy that can stop forwarding. */
  stalling: string
  /** The same endpoints through a proxy that forwards 3 MB/s from the client, and everything from the server. */
  slow: string
  /** Event streams: see `recordingStreams.ts`. */
  streams: string
}

/** What an endpoint has recorded. */
export interface EndpointRecord {
  /** Handshakes requested, also those that were refused or never answered. */
  dials: number
  /** Connections that are open now. */
  open: number
  /** Text messages as they are, and the sizes of binary messages. */
  messages: (string | number)[]
  /** The code of each connection that has closed, in order. */
  closes: number[]
}

export type PageServerCommand =
  /** Returns the record of an endpoint. */
  | { do: 'read'; name: string }
  /** What an endpoint does with the next handshakes. */
  | { do: 'handshakes'; name: string; answer: 'accept' | 'refuse' | 'hang' }
  /** Cuts the connections of an endpoint without a close frame. */
  | { do: 'cut'; name: string }
  /** Closes the connections of an endpoint. */
  | { do: 'close'; name: string; code: number }
  /** Stops or continues reading from the connections of an endpoint. */
  | { do: 'pause' | 'resume'; name: string }
  /** Sends text on the connections of an endpoint. */
  | { do: 'send'; name: string; text: string }
  | ProxyCommand

export type ProxyCommand =
  /** Stops forwarding on the connections of the stalling proxy. */
  | { do: 'stall' }
  /** Forwards everything from now on, on the connections of the slow proxy. */
  | { do: 'hurry' }

const html = (body: string): string => `<!doctype html><meta charset="utf-8"><title>test</title><body>${body}</body>`

export async function startPageServer(): Promise<{ urls: PageUrls; close(): Promise<void> }> {
  const bundle = await bundleClient()
  const sockets = recordingSockets()
  const http = createServer(async (request, response) => {
    const { pathname, search } = new URL(request.url ?? '/', 'http://localhost')
    response.setHeader('access-control-allow-origin', '*')
    if (request.method === 'POST') {
      let body = ''
      for await (const chunk of request) body += String(chunk)
      const command = JSON.parse(body) as PageServerCommand
      if (command.do === 'stall') stalling.stall()
      else if (command.do === 'hurry') slow.hurry()
      const result = 'name' in command ? sockets.execute(command) : undefined
      response.end(JSON.stringify(result ?? null))
    } else if (pathname === '/client.js') {
      response.setHeader('content-type', 'text/javascript').end(bundle)
    } else {
      response.setHeader('content-type', 'text/html').end(html(body(pathname, search)))
    }
  })
  /** `/frame` is another site than the page around it: `localhost` in a page of `127.0.0.1`. */
  const body = (pathname: string, search: string): string => {
    if (pathname === '/blank') return ''
    const frame = `<iframe src="http://localhost:${(http.address() as AddressInfo).port}/framed${search}"></iframe>`
    return `<script src="/client.js"></script>${pathname === '/frame' ? `<div style="height: 6000px"></div>${frame}` : ''}`
  }
  http.on('upgrade', sockets.upgrade)
  http.listen(0, '127.0.0.1')
  await once(http, 'listening')
  const { port } = http.address() as AddressInfo
  const ws = `ws://127.0.0.1:${port}`
  const [stalling, slow, streams] = await Promise.all([
    startStallingProxy(ws),
    startSlowProxy(ws),
    startRecordingStreams(),
  ])
  return {
    urls: { http: `http://127.0.0.1:${port}`, ws, stalling: stalling.url, slow: slow.url, streams: streams.url },
    async close() {
      sockets.close()
      await Promise.all([stalling.close(), slow.close(), streams.close()])
      http.close()
      http.closeAllConnections()
    },
  }
}

/** The client and `pageEntry.ts` as one classic script. */
async function bundleClient(): Promise<string> {
  const entry = `${import.meta.dirname}/pageEntry.ts`
  const result = await build({
    configFile: false,
    logLevel: 'error',
    resolve: { conditions: ['source'] },
    build: { write: false, minify: false, lib: { entry, formats: ['iife'], name: 'entry' } },
  })
  return (result as { output: { code: string }[] }[])[0]!.output[0]!.code
}
