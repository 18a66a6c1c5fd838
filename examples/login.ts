import { createWebSocket } from '@holdfast/core'

interface Site {
  /** Of the HTTP endpoints: https://example.org */
  api: string
  /** Of the WebSocket: wss://example.org/live */
  socket: string
  showLogin: () => void
}

export const createLive = ({ api, socket, showLogin }: Site) => {
  const live = createWebSocket(
    // Called at each attempt to connect, so that each connection has a new token.
    async ({ signal }) => {
      const response = await fetch(`${api}/token`, { method: 'POST', credentials: 'include', signal })
      if (response.status === 401) return null // the login has expired: no further attempt
      if (!response.ok) throw new Error(`no token: ${response.status}`) // another attempt, as after a network error
      return `${socket}?token=${await response.text()}`
    },
    { immediate: false }, // login() opens it
  )
  live.on('stop', ({ cause }) => {
    if (cause !== 'provider') return
    live.close() // drops queued messages: another user may log in
    showLogin()
  })
  const login = async (user: string) => {
    await fetch(`${api}/login`, { method: 'POST', credentials: 'include', body: user })
    live.open()
  }
  const logout = async () => {
    live.close() // as above
    await fetch(`${api}/logout`, { method: 'POST', credentials: 'include' })
  }
  return { live, login, logout }
}
