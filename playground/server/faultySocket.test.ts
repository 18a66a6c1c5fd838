import { once } from 'node:events'
import { type AddressInfo, type Socket, connect, createServer } from 'node:net'
import { expect, it, onTestFinished } from 'vitest'
import { type FaultySocket, createFaultySocket } from './faultySocket.ts'

/** A faulty socket over real TCP, and the client's end of the connection. */
async function connectPair(): Promise<{ faulty: FaultySocket; client: Socket }> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const client = connect((server.address() as AddressInfo).port, '127.0.0.1')
  const [socket] = (await once(server, 'connection')) as [Socket]
  socket.on('error', () => {})
  client.on('error', () => {})
  const faulty = createFaultySocket(socket, () => {})
  onTestFinished(() => {
    faulty.cut()
    client.destroy()
    server.close()
  })
  return { faulty, client }
}

it('keeps TCP open while frozen, even if the hub destroys its side, and cuts it when unfrozen', async () => {
  const { faulty, client } = await connectPair()
  let closed = false
  client.on('close', () => {
    closed = true
  })
  faulty.freeze()
  faulty.hubSide.destroy()
  const other = await connectPair()
  other.faulty.cut()
  await once(other.client, 'close')
  expect(closed).toBe(false)
  faulty.unfreeze()
  await once(client, 'close')
})

it('sends nothing after its own close frame', async () => {
  const { faulty, client } = await connectPair()
  const received: Buffer[] = []
  client.on('data', (chunk) => received.push(chunk))
  faulty.hubSide.write('before')
  faulty.close(1012, 'back soon')
  faulty.hubSide.write('after')
  faulty.hubSide.end()
  await once(client, 'end')
  expect(Buffer.concat(received)).toEqual(
    Buffer.concat([Buffer.from('before'), Buffer.from([0x88, 11, 0x03, 0xf4]), Buffer.from('back soon')]),
  )
})

it('cuts a client that is too far behind', async () => {
  const { faulty, client } = await connectPair()
  faulty.freeze()
  for (let megabytes = 0; megabytes < 65; megabytes += 1) faulty.hubSide.write(Buffer.alloc(1024 * 1024))
  await once(client, 'close')
})
