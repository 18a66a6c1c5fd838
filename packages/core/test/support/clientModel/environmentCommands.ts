/** Commands of everything around a client: the server, the outcome of dials, and the page. */

import { type Command, createCommand } from './command.ts'
import type { DialOutcome, ModelTestClient } from './createModelTestClient.ts'
import { noteActivity, setWanted, showPage } from './model.ts'

/** The newest socket, or with 2 the one before it, whose events must be ignored. */
type SocketAge = 1 | 2

const nameOf = (text: string, age: SocketAge): string => `${age > 1 ? 'old ' : ''}server: ${text}`
const onServer = (
  text: string,
  act: (connection: ModelTestClient['server']['last']) => void,
  age: SocketAge = 1,
): Command =>
  createCommand(nameOf(text, age), (_, { server: { connections } }) => {
    const connection = connections.at(-age)
    if (connection) act(connection)
  })

export const serverSends = (data: string, age: SocketAge = 1): Command =>
  createCommand(nameOf(`send('${data}')`, age), (model, run) => {
    const { client, clock } = run
    const connection = run.server.connections.at(-age)
    if (connection && connection.socket === client.socket && connection.socket.readyState === 1) {
      noteActivity(model, clock.now())
      model.received++
    }
    connection?.send(data)
  })
export const accept = (age: SocketAge = 1): Command => onServer('accept', (connection) => connection.accept(), age)
export const drop = (age: SocketAge = 1): Command => onServer('drop', (connection) => connection.drop(), age)
export const refuse = onServer('refuse', (connection) => connection.refuse())
export const answerClose = onServer('answer the close', (connection) => connection.finish())
export const serverCloses = (code: number): Command =>
  onServer(`close(${code})`, (connection) => connection.close(code))
export const setBufferedAmount = (text: string, bytes: number): Command =>
  onServer(text, (connection) => {
    connection.bufferedAmount = bytes
  })
export const endSilently = createCommand('the socket is CLOSED without an event', (_, { server, silent }) => {
  const connection = server.connections.at(-1)
  if (connection?.socket.readyState !== 1) return
  Object.assign(connection.socket, { readyState: 3 })
  silent.add(connection)
})
/** As an upload does on a slow network. */
export const drainPart = onServer('half of the send buffer leaves', (connection) => {
  connection.bufferedAmount = Math.floor(connection.bufferedAmount / 2)
})
export const setDialOutcome = (outcome: DialOutcome): Command =>
  createCommand(`dials meet: ${outcome}`, (_, run) => void (run.dialOutcome = outcome))

export const pageEvent = (event: 'online' | 'offline' | 'wake' | 'hide' | 'hidden'): Command =>
  createCommand(`page: ${event}`, (model, { page }) => {
    if (event === 'hide' && model.wanted) {
      setWanted(model, true)
      model.away = true
    }
    if (event === 'wake') showPage(model)
    if ((event === 'wake' || event === 'online') && model.wanted) model.hinted = true
    page.emit(event)
  })
