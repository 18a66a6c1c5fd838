import { cleanup, fireEvent, render, screen } from '@testing-library/react'
import { afterEach, describe, expect, it } from 'vitest'
import { setTable, until } from '../support/setTable.ts'
import { JsonHeartbeat } from './JsonHeartbeat.tsx'
import { start } from './server.mjs'

afterEach(cleanup)

const ping = '{"type":"ping"}'
const init = '{"type":"init","name":"Ada"}'
const status = (): string => screen.getByRole('status').textContent
const lines = (): (string | null)[] => screen.queryAllByRole('listitem').map((item) => item.textContent)

/** The component, connected and welcomed. */
async function connect() {
  const table = await setTable(() => start())
  const { options, ...watched } = table.watch()
  const view = render(<JsonHeartbeat url={table.line.url} name="Ada" options={options} />)
  await until(() => expect(lines()).toEqual(['welcome']))
  expect(status()).toBe('Ada: open')
  return { ...table, ...watched, ...view }
}

describe('JsonHeartbeat', () => {
  it('introduces itself before it speaks, and hears its words again', async () => {
    const { heard } = await connect()
    fireEvent.change(screen.getByRole('textbox'), { target: { value: 'hello' } })
    fireEvent.click(screen.getByText('Send'))
    await until(() => expect(lines()).toEqual(['welcome', 'hello']))
    expect(heard).toEqual([init, '{"type":"echo","text":"hello"}'])
    expect(screen.getByRole('textbox')).toHaveProperty('value', '')
  })

  it('beats after 5 s of silence, and hides the answers', async () => {
    const { clock, said, heard, beats } = await connect()
    for (const beat of [1, 2]) {
      clock.advance(4999)
      expect(said).toHaveLength(beat)
      clock.advance(1)
      await until(() => expect(beats).toHaveLength(beat))
    }
    expect(heard).toEqual([init, ping, ping])
    expect(lines()).toEqual(['welcome'])
    expect(status()).toBe('Ada: open')
  })

  it('notices within 10 s that the server has fallen silent, comes back, and introduces itself again', async () => {
    const { clock, line, heard, waits } = await connect()
    line.freeze()
    clock.advance(9999)
    expect(waits).toEqual([])
    clock.advance(1)
    await until(() => expect(status()).toBe('Ada: reconnecting, attempt 1 of 5'))
    clock.advance(1250)
    await until(() => expect(lines()).toEqual(['welcome', 'welcome']))
    expect(status()).toBe('Ada: open')
    expect(heard).toEqual([init, init])
  })

  it('keeps in the field what cannot be sent, so that nothing is said before the introduction', async () => {
    const { clock, line, heard } = await connect()
    line.down()
    await until(() => expect(status()).toBe('Ada: reconnecting, attempt 1 of 5'))
    const input = screen.getByRole('textbox')
    fireEvent.change(input, { target: { value: 'too early' } })
    fireEvent.submit(input)
    expect(input).toHaveProperty('value', 'too early')
    line.up()
    clock.advance(750)
    await until(() => expect(status()).toBe('Ada: open'))
    fireEvent.submit(input)
    await until(() => expect(lines()).toEqual(['welcome', 'welcome', 'too early']))
    expect(heard).toEqual([init, init, '{"type":"echo","text":"too early"}'])
  })

  it('gives up after 5 attempts, says so, and tries again when told', async () => {
    const { clock, line, waits } = await connect()
    line.down()
    // The clock's dice always show the middle of the growing range.
    for (const [attempt, delay] of [
      [1, 750],
      [2, 1250],
      [3, 2250],
      [4, 4250],
      [5, 8250],
    ] as const) {
      await until(() => expect(status()).toBe(`Ada: reconnecting, attempt ${attempt} of 5`))
      expect(screen.getByText('Send')).toHaveProperty('disabled', true)
      expect(waits.at(-1)).toBe(delay)
      clock.advance(delay)
      await until(() => expect(line.dials).toBe(1 + attempt))
    }
    await until(() => screen.getByText(/No connection after 5 attempts/))
    expect(clock.pending).toBe(0)
    line.up()
    fireEvent.click(screen.getByText('Try again'))
    await until(() => expect(status()).toBe('Ada: open'))
    expect(screen.queryByRole('alert')).toBe(null)
  })

  it('leaves nothing at the server when it is unmounted', async () => {
    const { server, clock, unmount } = await connect()
    expect(server.connections()).toBe(1)
    unmount()
    await until(() => expect(server.connections()).toBe(0))
    expect(clock.pending).toBe(0)
  })
})
