import { createWebSocket } from '@holdfast/core'

/** The server closes with 4401 when the token has expired. */
export const connectWithToken = (
  url: string,
  fetchToken: () => Promise<string | undefined>,
) => {
  let token: string | undefined
  return createWebSocket(
    async () => {
      token ??= await fetchToken()
      // Without a token: `closed`, and the event `stop`.
      return token && `${url}?token=${token}`
    },
    {
      reconnect: {
        shouldReconnect: ({ code, final }) => {
          // The next attempt fetches a new one.
          if (code === 4401) token = undefined
          return code === 4401 || !final
        },
      },
    },
  )
}
