/** A `fetch` without a network: the test answers each request and writes its stream. */

export interface FakeRequest {
  readonly url: string
  readonly init: RequestInit
  readonly headers: Headers
  /** Neither ended by the server nor aborted by the client. */
  readonly isAlive: boolean
  /** Answers the request. @default status 200 and the type `text/event-stream` */
  respond(status?: number, headers?: Record<string, string>): void
  /** Writes to the stream of the response. */
  write(chunk: string | Uint8Array<ArrayBuffer>): void
  /** Ends the response as a server does. */
  end(): void
  /** Fails the request, or cuts the response, as a lost network does. */
  fail(): void
}

export interface FakeFetch {
  readonly fetch: typeof fetch
  /** All requests, oldest first. */
  readonly requests: readonly FakeRequest[]
  readonly last: FakeRequest
  /** Requests and responses that have not ended. */
  readonly alive: number
}

export const createFakeFetch = (): FakeFetch => {
  const requests: FakeRequest[] = []
  return {
    fetch: (url, init = {}) =>
      new Promise((resolve, reject) => {
        requests.push(createRequest(String(url), init, resolve, reject))
      }),
    requests,
    get last() {
      return requests.at(-1)!
    },
    get alive() {
      return requests.filter(({ isAlive }) => isAlive).length
    },
  }
}

const createRequest = (
  url: string,
  init: RequestInit,
  resolve: (response: Response) => void,
  reject: (reason: unknown) => void,
): FakeRequest => {
  let isAlive = true
  let stream!: ReadableStreamDefaultController<Uint8Array<ArrayBuffer>>
  const body = new ReadableStream<Uint8Array<ArrayBuffer>>({ start: (controller) => void (stream = controller) })
  const fail = (reason: unknown): void => {
    if (!isAlive) return
    isAlive = false
    reject(reason)
    stream.error(reason)
  }
  init.signal?.addEventListener('abort', () => fail(init.signal!.reason))
  if (init.signal?.aborted) fail(init.signal.reason)
  return {
    url,
    init,
    headers: new Headers(init.headers),
    get isAlive() {
      return isAlive
    },
    respond: (status = 200, headers = { 'content-type': 'text/event-stream' }) =>
      resolve(new Response(status === 204 ? null : body, { status, headers })),
    write: (chunk) => stream.enqueue(typeof chunk === 'string' ? new TextEncoder().encode(chunk) : chunk),
    end: () => {
      isAlive = false
      stream.close()
    },
    fail: () => fail(new TypeError('network lost')),
  }
}
