import { cleanup, fireEvent, render, screen } from '@testing-library/react'
import { afterEach, describe, expect, it } from 'vitest'
import { startLine } from '../support/startLine.ts'
import { setTable, until } from '../support/setTable.ts'
import { ChatRoom } from './ChatRoom.tsx'
import { start } from './server.mjs'

afterEach(cleanup)

const people = (name: string): string => screen.getByLabelText(`People seen by ${name}`).textContent
const lines = (name: string): (string | null)[] =>
  [...screen.getByLabelText(`Lines of ${name}`).children].map((line) => line.textContent)
const status = (name: string): string | null =>
  screen.getByLabelText(`Room of ${name}`).querySelector('[role=status]')!.textContent

function say(name: string, text: string): void {
  const input = screen.getByLabelText(`Text from ${name}`)
  fireEvent.change(input, { target: { value: text } })
  fireEvent.submit(input.closest('form')!)
}

/** Ada and Bob in a room; Ada's line is the one that can go bad, Bob dials the server itself. */
async function meet() {
  const table = await setTable(() => start())
  const { line, server, watch } = table
  const join = (name: string, url: string) => {
    const { options, ...watched } = watch()
    return { ...watched, options, ...render(<ChatRoom url={url} name={name} options={options} />) }
  }
  const ada = join('Ada', line.url)
  await until(() => expect(people('Ada')).toBe('Ada'))
  const bob = join('Bob', server.url)
  await until(() => expect([people('Ada'), people('Bob')]).toEqual(['Ada, Bob', 'Ada, Bob']))
  return { ...table, ada, bob }
}

describe('ChatRoom', () => {
  it('shows everybody what each says, in one order', async () => {
    await meet()
    say('Ada', 'Hello, Bob')
    await until(() => expect(lines('Bob')).toEqual(['Bob joined', 'Ada: Hello, Bob']))
    say('Bob', 'ping')
    await until(() => expect(lines('Ada')).toEqual(['Ada joined', 'Bob joined', 'Ada: Hello, Bob', 'Bob: ping']))
    expect(lines('Bob')).toEqual(lines('Ada').slice(1))
  })

  it('beats with ping after 25 s of silence, and shows nobody the answers', async () => {
    const { clock, said, heard, ada, bob } = await meet()
    clock.advance(24_999)
    expect(said).toEqual([])
    clock.advance(1)
    await until(() => expect([ada.beats, bob.beats]).toEqual([[0], [0]]))
    expect(heard).toEqual(['ping', 'ping'])
    expect(lines('Ada')).toEqual(['Ada joined', 'Bob joined'])
  })

  it('notices that the line has fallen silent, comes back, and shows what was said in the meantime to those who heard it', async () => {
    const { clock, line, server, bob } = await meet()
    line.freeze()
    clock.advance(25_000)
    // Bob lives by the same clock.
    await until(() => expect(bob.beats).toHaveLength(1))
    clock.advance(10_000)
    await until(() => expect(status('Ada')).toBe('Ada: reconnecting'))
    say('Ada', 'Am I alone?')
    await until(() => expect(status('Ada')).toBe('Ada: reconnecting, 1 to be sent'))
    say('Bob', 'Where is Ada?')
    await until(() => expect(lines('Bob').at(-1)).toBe('Bob: Where is Ada?'))
    clock.advance(750)
    await until(() => expect(lines('Bob').slice(-2)).toEqual(['Ada joined', 'Ada: Am I alone?']))
    await until(() => expect(lines('Ada')).toEqual(['Ada joined', 'Bob joined', 'Ada joined', 'Ada: Am I alone?']))
    // The old connection goes when its line lets its last words through.
    expect(server.connections()).toBe(3)
    line.thaw()
    await until(() => expect(people('Bob')).toBe('Bob, Ada'))
  })

  it('connects anew under another name', async () => {
    const { ada, line } = await meet()
    ada.rerender(<ChatRoom url={line.url} name="Ada Lovelace" options={ada.options} />)
    await until(() => expect(people('Bob')).toBe('Bob, Ada Lovelace'))
    await until(() => expect(people('Ada Lovelace')).toBe('Bob, Ada Lovelace'))
  })

  it('does not insist when the server refuses the name', async () => {
    const { clock, server } = await setTable(() => start())
    render(<ChatRoom url={server.url} name="" options={{ clock }} />)
    await until(() => expect(screen.getByText(/closed/).textContent).toBe(': closed'))
    expect(clock.pending).toBe(0)
  })

  it('leaves when it is unmounted, and nothing stays at the server', async () => {
    const { ada, bob, server, clock } = await meet()
    ada.unmount()
    await until(() => expect(lines('Bob').at(-1)).toBe('Ada left'))
    expect(people('Bob')).toBe('Bob')
    bob.unmount()
    await until(() => expect(server.connections()).toBe(0))
    expect(clock.pending).toBe(0)
  })

  it('carries many at once', async () => {
    const { server, clock } = await setTable(() => start())
    const names = Array.from({ length: 6 }, (_, index) => `P${index}`)
    const line = await startLine(server.url)
    render(
      <>
        {names.map((name) => (
          <ChatRoom key={name} url={line.url} name={name} options={{ clock }} />
        ))}
      </>,
    )
    await until(() => expect(names.map(status)).toEqual(names.map((name) => `${name}: open`)))
    await until(() => expect(server.connections()).toBe(6))
    for (const name of names) say(name, `I am ${name}`)
    const said = (name: string) => lines(name).filter((text) => text?.includes('I am'))
    await until(() => expect(names.map((name) => said(name).length)).toEqual(names.map(() => 6)))
    expect(new Set(names.map((name) => said(name).join())).size).toBe(1)
    await line.close()
    await until(() => expect(names.map(status)).toEqual(names.map((name) => `${name}: reconnecting`)))
  })
})
