import { createWebSocket } from '@holdfast/core'

/** The server closes with 4401 when the token has expired. Only then is a new one fetched. */
export const connectWithToken = (url: string, fetchToken: () => Promise<string | undefined>) => {
  let token: string | undefined
  return createWebSocket(
    async () => {
      token ??= await fetchToken()
      return token && `${url}?token=${token}` // without a token: closed, and `stop`
    },
    {
      reconnect: {
        shouldReconnect: ({ code, final }) => {
          if (code === 4401) token = undefined // the next attempt fetches a new one
          return code === 4401 || !final
        },
      },
    },
  )
}
