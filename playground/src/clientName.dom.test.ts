import { expect, it } from 'vitest'
import { clientsOf, ownClients, withClientName } from './clientName.ts'

it('adds the name of the client to the URL of the server of this page', () => {
  const url = new URL(withClientName(`ws://${location.host}/ws?a=b`, 'vue'))
  expect([url.protocol, url.pathname, url.searchParams.get('a')]).toEqual(['ws:', '/ws', 'b'])
  const name = url.searchParams.get('client') ?? ''
  expect(name).toMatch(/^[a-z0-9]{8}\.vue$/)
  expect(ownClients).toContain(name)
  expect(clientsOf('page')).toEqual([name.split('.')[0]])
  expect(clientsOf('vue')).toContain(name)
  expect(clientsOf('react')).not.toContain(name)
  expect(clientsOf('everyone')).toBeUndefined()
})

it.each(['wss://example.org/ws', `ws://${location.host}/other`, 'http://', ''])('leaves the URL %j as it is', (url) => {
  expect(withClientName(url, 'react')).toBe(url)
})
