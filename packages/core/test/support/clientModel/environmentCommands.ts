/** What the other end of a connection, the dials and the page do to a client. */

import { type Command, command } from './command.ts'
import { decide, hear, returns } from './model.ts'
import type { Answer, Stage } from './createModelTestClient.ts'

/** The newest socket, or with 2 the one before it, which should have no say any more. */
const server = (text: string, act: (connection: Stage['server']['last']) => void, back: 1 | 2 = 1): Command =>
  command(`${back > 1 ? 'old ' : ''}server: ${text}`, (_, { server: { connections } }) => {
    const connection = connections.at(-back)
    if (connection) act(connection)
  })
export const says = (data: string, back: 1 | 2 = 1): Command =>
  command(`${back > 1 ? 'old ' : ''}server: send('${data}')`, (model, play) => {
    const { client, clock, setup } = play
    const connection = play.server.connections.at(-back)
    if (connection && connection.socket === client.socket && connection.socket.readyState === 1) {
      hear(model, clock.now())
      if (!setup.beats || data !== 'pong') model.received++
    }
    connection?.send(data)
  })
export const accepts = (back: 1 | 2 = 1): Command => server('accept', (connection) => connection.accept(), back)
export const drops = (back: 1 | 2 = 1): Command => server('drop', (connection) => connection.drop(), back)
export const refuses = server('refuse', (connection) => connection.refuse())
export const finishes = server('answer the close', (connection) => connection.finish())
export const ends = (code: number): Command => server(`close(${code})`, (connection) => connection.close(code))
export const speeds = (text: string, bytes: number): Command =>
  server(text, (connection) => {
    connection.bufferedAmount = bytes
  })
export const answers = (answer: Answer): Command =>
  command(`dials meet: ${answer}`, (_, play) => void (play.answer = answer))

export const happens = (event: 'online' | 'offline' | 'wake' | 'hide' | 'hidden'): Command =>
  command(`page: ${event}`, (model, { page }) => {
    if (event === 'hide' && model.wanted) {
      decide(model, true)
      model.away = true
    }
    if (event === 'wake') returns(model)
    page.emit(event)
  })
