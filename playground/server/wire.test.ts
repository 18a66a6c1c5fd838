import { once } from 'node:events'
import { type AddressInfo, type Socket, connect, createServer } from 'node:net'
import { expect, it, onTestFinished } from 'vitest'
import { type Wire, createWire } from './wire.ts'

/** A wire over real TCP, and its far end. */
async function span(): Promise<{ wire: Wire; far: Socket }> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const far = connect((server.address() as AddressInfo).port, '127.0.0.1')
  const [socket] = (await once(server, 'connection')) as [Socket]
  socket.on('error', () => {})
  far.on('error', () => {})
  const wire = createWire(socket, () => {})
  onTestFinished(() => {
    wire.cut()
    far.destroy()
    server.close()
  })
  return { wire, far }
}

it('keeps TCP open while frozen, though the hub gives the connection up, and cuts it on thaw', async () => {
  const { wire, far } = await span()
  let closed = false
  far.on('close', () => {
    closed = true
  })
  wire.freeze()
  wire.near.destroy()
  const { wire: other, far: otherFar } = await span()
  other.cut()
  await once(otherFar, 'close')
  expect(closed).toBe(false)
  wire.thaw()
  await once(far, 'close')
})

it('says nothing after its own close frame', async () => {
  const { wire, far } = await span()
  const heard: Buffer[] = []
  far.on('data', (chunk) => heard.push(chunk))
  wire.near.write('before')
  wire.close(1012, 'back soon')
  wire.near.write('after')
  wire.near.end()
  await once(far, 'end')
  expect(Buffer.concat(heard)).toEqual(
    Buffer.concat([Buffer.from('before'), Buffer.from([0x88, 11, 0x03, 0xf4]), Buffer.from('back soon')]),
  )
})

it('cuts a client that is too far behind', async () => {
  const { wire, far } = await span()
  wire.freeze()
  for (let megabytes = 0; megabytes < 65; megabytes += 1) wire.near.write(Buffer.alloc(1024 * 1024))
  await once(far, 'close')
})
