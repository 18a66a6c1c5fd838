import { createWebSocket } from '@holdfast/core'

interface Page {
  /** Returns whether a new token was received. */
  renewToken: () => Promise<boolean>
  showLogin: () => void
}

export const connect = (url: () => string, { renewToken, showLogin }: Page) =>
  createWebSocket(url, {
    reconnect: {
      // 4401 and 4503 are codes of this server. By default, the first is not final, and the second is.
      shouldReconnect: ({ code, final }) => (code === 4401 ? renewToken() : code === 4503 || !final),
    },
    onStop: ({ code }) => {
      if (code === 4401) showLogin()
    },
  })
