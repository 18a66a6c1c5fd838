import { cleanup, fireEvent, render, screen } from '@testing-library/react'
import { afterEach, describe, expect, it } from 'vitest'
import { startTcpProxy } from '../support/startTcpProxy.ts'
import { startRecipe, until } from '../support/startRecipe.ts'
import { ChatRoom } from './ChatRoom.tsx'
import { start } from './server.mjs'

afterEach(cleanup)

const users = (name: string): string => screen.getByLabelText(`Users seen by ${name}`).textContent
const lines = (name: string): (string | null)[] =>
  [...screen.getByLabelText(`Lines of ${name}`).children].map((line) => line.textContent)
const status = (name: string): string | null =>
  screen.getByLabelText(`Room of ${name}`).querySelector('[role=status]')!.textContent

function send(name: string, text: string): void {
  const input = screen.getByLabelText(`Text from ${name}`)
  fireEvent.change(input, { target: { value: text } })
  fireEvent.submit(input.closest('form')!)
}

/** Connects Ada through the proxy and Bob directly. */
async function connectTwo() {
  const recipe = await startRecipe(() => start())
  const { proxy, server, createObserver } = recipe
  const join = (name: string, url: string) => {
    const { options, ...watched } = createObserver()
    return { ...watched, options, ...render(<ChatRoom url={url} name={name} options={options} />) }
  }
  const ada = join('Ada', proxy.url)
  await until(() => expect(users('Ada')).toBe('Ada'))
  const bob = join('Bob', server.url)
  await until(() => expect([users('Ada'), users('Bob')]).toEqual(['Ada, Bob', 'Ada, Bob']))
  return { ...recipe, ada, bob }
}

describe('ChatRoom', () => {
  it('shows every message to every user, in the same order', async () => {
    await connectTwo()
    send('Ada', 'Hello, Bob')
    await until(() => expect(lines('Bob')).toEqual(['Bob joined', 'Ada: Hello, Bob']))
    send('Bob', 'ping')
    await until(() => expect(lines('Ada')).toEqual(['Ada joined', 'Bob joined', 'Ada: Hello, Bob', 'Bob: ping']))
    expect(lines('Bob')).toEqual(lines('Ada').slice(1))
  })

  it('sends ping after 25 s without a message, and does not show the replies', async () => {
    const { clock, clientsSent, serverReceived, ada, bob } = await connectTwo()
    clock.advance(24_999)
    expect(clientsSent).toEqual([])
    clock.advance(1)
    await until(() => expect([ada.latencies, bob.latencies]).toEqual([[0], [0]]))
    expect(serverReceived).toEqual(['ping', 'ping'])
    expect(lines('Ada')).toEqual(['Ada joined', 'Bob joined'])
  })

  it('reconnects after a heartbeat timeout, and sends the messages queued in the meantime', async () => {
    const { clock, proxy, server, bob } = await connectTwo()
    proxy.freeze()
    clock.advance(25_000)
    // Bob's client uses the same clock.
    await until(() => expect(bob.latencies).toHaveLength(1))
    clock.advance(10_000)
    await until(() => expect(status('Ada')).toBe('Ada: reconnecting'))
    send('Ada', 'Am I alone?')
    await until(() => expect(status('Ada')).toBe('Ada: reconnecting, 1 to be sent'))
    send('Bob', 'Where is Ada?')
    await until(() => expect(lines('Bob').at(-1)).toBe('Bob: Where is Ada?'))
    clock.advance(750)
    await until(() => expect(lines('Bob').slice(-2)).toEqual(['Ada joined', 'Ada: Am I alone?']))
    await until(() => expect(lines('Ada')).toEqual(['Ada joined', 'Bob joined', 'Ada joined', 'Ada: Am I alone?']))
    // The server closes the old connection when the proxy forwards its close frame.
    expect(server.connections()).toBe(3)
    proxy.unfreeze()
    await until(() => expect(users('Bob')).toBe('Bob, Ada'))
  })

  it('opens a new connection for a new name', async () => {
    const { ada, proxy } = await connectTwo()
    ada.rerender(<ChatRoom url={proxy.url} name="Ada Lovelace" options={ada.options} />)
    await until(() => expect(users('Bob')).toBe('Bob, Ada Lovelace'))
    await until(() => expect(users('Ada Lovelace')).toBe('Bob, Ada Lovelace'))
  })

  it('does not retry when the server refuses the name', async () => {
    const { clock, server } = await startRecipe(() => start())
    render(<ChatRoom url={server.url} name="" options={{ clock }} />)
    await until(() => expect(screen.getByText(/closed/).textContent).toBe(': closed'))
    expect(clock.pending).toBe(0)
  })

  it('closes its connection when it is unmounted', async () => {
    const { ada, bob, server, clock } = await connectTwo()
    ada.unmount()
    await until(() => expect(lines('Bob').at(-1)).toBe('Ada left'))
    expect(users('Bob')).toBe('Bob')
    bob.unmount()
    await until(() => expect(server.connections()).toBe(0))
    expect(clock.pending).toBe(0)
  })

  it('shows the messages of six users in the same order to all of them', async () => {
    const { server, clock } = await startRecipe(() => start())
    const names = Array.from({ length: 6 }, (_, index) => `P${index}`)
    const proxy = await startTcpProxy(server.url)
    render(
      <>
        {names.map((name) => (
          <ChatRoom key={name} url={proxy.url} name={name} options={{ clock }} />
        ))}
      </>,
    )
    await until(() => expect(names.map(status)).toEqual(names.map((name) => `${name}: open`)))
    await until(() => expect(server.connections()).toBe(6))
    for (const name of names) send(name, `I am ${name}`)
    const introductions = (name: string) => lines(name).filter((text) => text?.includes('I am'))
    await until(() => expect(names.map((name) => introductions(name).length)).toEqual(names.map(() => 6)))
    expect(new Set(names.map((name) => introductions(name).join())).size).toBe(1)
    await proxy.close()
    await until(() => expect(names.map(status)).toEqual(names.map((name) => `${name}: reconnecting`)))
  })
})
