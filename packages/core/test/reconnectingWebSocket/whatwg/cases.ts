/**
 * One statement of the WHATWG WebSockets standard, or of WebIDL, DOM or HTML about a WebSocket, as a case: an observation of a WebSocket
 * class, and the value that the standard requires. The same cases run against the class of the platform and against ours.
 */

import type { EndpointRecord, PageServerCommand, ProxyCommand } from '../../browser/support/startPageServer.ts'

export interface Case {
  readonly title: string
  readonly expected: unknown
  readonly observe: (subject: Subject) => unknown
}

/** Commands for an endpoint of `recordingSockets.ts`, without its name. */
type EndpointCommand = DistributiveOmit<Exclude<PageServerCommand, ProxyCommand>, 'name'>
type DistributiveOmit<Union, Key extends PropertyKey> = Union extends unknown ? Omit<Union, Key> : never

export interface Endpoint {
  url: string
  command(command: EndpointCommand): Promise<unknown>
  read(): Promise<EndpointRecord>
}

/** The servers of one run. */
export interface Servers {
  /** The URL of `echoServer.ts`, without a path. */
  readonly echo: string
  createEndpoint(): Endpoint
}

/** What a case observes. Its sockets are closed after the case. */
export interface Subject extends Servers {
  readonly WebSocket: typeof WebSocket
  /** The class of its close events. */
  readonly CloseEvent: typeof CloseEvent
  /** A socket that is connecting. */
  create(path?: string, protocols?: string | string[]): WebSocket
  /** A socket that is open. */
  open(path?: string, protocols?: string | string[]): Promise<WebSocket>
  /** An open socket whose server reads nothing until `resume`. Its server answers no close frame meanwhile. */
  openPaused(): Promise<{ socket: WebSocket; endpoint: Endpoint }>
}

/** Creates the subject of one case. `end` closes what the case has opened. */
export function createSubject(
  { WebSocket: constructor, CloseEvent }: Pick<Subject, 'WebSocket' | 'CloseEvent'>,
  servers: Servers,
): { subject: Subject; end(): Promise<void> } {
  const sockets: WebSocket[] = []
  const paused: Endpoint[] = []
  const Tracked = tracking(constructor, sockets)
  const create: Subject['create'] = (path = '', protocols) => {
    const url = servers.echo + path
    return protocols === undefined ? new Tracked(url) : new Tracked(url, protocols)
  }
  return {
    subject: {
      ...servers,
      WebSocket: Tracked,
      CloseEvent,
      create,
      open: async (path, protocols) => {
        const socket = create(path, protocols)
        await next(socket, 'open')
        return socket
      },
      openPaused: async () => {
        const endpoint = servers.createEndpoint()
        paused.push(endpoint)
        const socket = new Tracked(endpoint.url)
        await next(socket, 'open')
        await endpoint.command({ do: 'pause' })
        return { socket, endpoint }
      },
    },
    end: async () => {
      for (const endpoint of paused) await endpoint.command({ do: 'cut' })
      for (const socket of sockets) socket.close()
    },
  }
}

/** The class itself, whose instances are added to the list. */
const tracking = (constructor: typeof WebSocket, sockets: WebSocket[]): typeof WebSocket =>
  new Proxy(constructor, {
    construct: (target, args, newTarget) => {
      const socket = Reflect.construct(target, args, newTarget) as WebSocket
      sockets.push(socket)
      return socket
    },
  })

/** The next event of a type. */
export const next = <Type extends keyof WebSocketEventMap>(
  socket: WebSocket,
  type: Type,
): Promise<WebSocketEventMap[Type]> => new Promise((resolve) => socket.addEventListener(type, resolve, { once: true }))

/** Collects events, described by a function, until the first `close`. */
export const eventsUntilClose = async <Description>(
  socket: WebSocket,
  describe: (event: Event) => Description,
): Promise<Description[]> => {
  const seen: Description[] = []
  for (const type of ['open', 'message', 'error', 'close'] as const) {
    socket.addEventListener(type, (event) => void seen.push(describe(event)))
  }
  await next(socket, 'close')
  return seen
}

/** The name of what a function throws: of the DOMException, or of the class of another error. */
export const thrown = (run: () => unknown): string => {
  try {
    run()
  } catch (error) {
    return error instanceof DOMException ? error.name : (error as Error).constructor.name
  }
  return 'nothing'
}

/** Passes a value to a parameter of another type. */
export const untyped = <Type = never>(value: unknown): Type => value as Type

/** Code, reason and cleanness of a close event. */
export const closeOf = async (socket: WebSocket): Promise<[number, string, boolean]> => {
  const { code, reason, wasClean } = await next(socket, 'close')
  return [code, reason, wasClean]
}

/** Data of a message as text, or as an array of bytes. */
export const readData = async (data: unknown): Promise<string | number[]> => {
  if (typeof data === 'string') return data
  const bytes = data instanceof Blob ? await data.arrayBuffer() : (data as ArrayBuffer)
  return [...new Uint8Array(bytes)]
}

/** What a server echoes. Binary data is returned as an array of bytes. */
export const echoed = async (socket: WebSocket, send: () => void): Promise<string | number[]> => {
  const message = next(socket, 'message')
  send()
  return readData((await message).data)
}

/** Waits until a condition is true, one task at a time. */
export const until = async (condition: () => boolean): Promise<void> => {
  while (!condition()) await task()
}

/** Resolves in a later task. */
export const task = (): Promise<void> =>
  new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel()
    port1.onmessage = () => {
      port1.close()
      resolve()
    }
    port2.postMessage(null)
  })
