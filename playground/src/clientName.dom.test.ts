import { expect, it, vi } from 'vitest'
import { clientsOf, ownClients, withClientName } from './clientName.ts'

it('adds the name of the client to the URL of the server of this page', () => {
  const url = new URL(withClientName(`ws://${location.host}/ws?a=b`, 'vue'))
  expect([url.protocol, url.pathname, url.searchParams.get('a')]).toEqual(['ws:', '/ws', 'b'])
  const name = url.searchParams.get('client') ?? ''
  expect(name).toMatch(/^[a-z0-9]{8}\.vue$/)
  const [tab] = name.split('.')
  expect(ownClients).toEqual([`${tab}.vue`, `${tab}.react`, `${tab}.shared`])
  expect(clientsOf('page')).toEqual([tab])
  // The shared connection belongs to both panels.
  expect(clientsOf('vue')).toEqual([`${tab}.vue`, `${tab}.shared`])
  expect(clientsOf('react')).toEqual([`${tab}.react`, `${tab}.shared`])
  expect(clientsOf('everyone')).toBeUndefined()
})

it('has another name in each tab', async () => {
  const nameOf = ([name = '']: readonly string[]): string => name
  vi.resetModules()
  const other = await import('./clientName.ts')
  expect(nameOf(other.ownClients)).not.toBe(nameOf(ownClients))
})

it.each(['wss://example.org/ws', `ws://${location.host}/other`, 'http://', ''])('leaves the URL %j as it is', (url) => {
  expect(withClientName(url, 'react')).toBe(url)
})
