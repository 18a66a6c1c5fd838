/** A client of classic WebDriver (https://www.w3.org/TR/webdriver2/): one HTTP request for each command, one window at a time. */

export interface WebDriverSession {
  /** Runs a command on one window. Commands run one after another, because a session has one current window. */
  inWindow<Result = unknown>(
    window: string,
    method: 'GET' | 'POST' | 'DELETE',
    path: string,
    body?: object,
  ): Promise<Result>
  /** Opens a window with an empty page, and returns its handle. */
  newWindow(): Promise<string>
  end(): Promise<void>
}

export async function startWebDriverSession(server: string, capabilities: object): Promise<WebDriverSession> {
  const { sessionId } = await request<{ sessionId: string }>('POST', `${server}/session`, {
    capabilities: { alwaysMatch: capabilities },
  })
  const base = `${server}/session/${sessionId}`
  let queue: Promise<unknown> = Promise.resolve()
  /** Runs after all earlier commands, also after one that failed. */
  const enqueue = <Result>(run: () => Promise<Result>): Promise<Result> => {
    const result = queue.then(run, run)
    queue = result.catch(() => {})
    return result
  }
  /** The window that the session began with. The others open from it, because a window may have been closed. */
  const first = await request<string>('GET', `${base}/window`)
  const select = (handle: string): Promise<unknown> => request('POST', `${base}/window`, { handle })
  return {
    inWindow: (window, method, path, body) =>
      enqueue(async () => {
        await select(window)
        return request(method, base + path, body)
      }),
    newWindow: () =>
      enqueue(async () => {
        await select(first)
        return (await request<{ handle: string }>('POST', `${base}/window/new`, { type: 'window' })).handle
      }),
    end: async () => void (await request('DELETE', base)),
  }
}

async function request<Result>(method: string, url: string, body?: object): Promise<Result> {
  const response = await fetch(url, { method, ...(method === 'POST' && { body: JSON.stringify(body ?? {}) }) })
  const { value } = (await response.json()) as { value: Result & { error?: string; message?: string } }
  if (!response.ok) throw new Error(`${method} ${url}: ${value.error}: ${value.message}`)
  return value
}
