/** A WebSocket server of Nitro: it answers heartbeats and sends each line to all peers. */
export default defineWebSocketHandler({
  open: (peer) => peer.subscribe('chat'),
  message: (peer, message) => {
    const content = message.text()
    if (content === 'ping') return void peer.send('pong')
    const { text } = JSON.parse(content) as { text: string }
    if (text === '/cut') return peer.terminate() // for the button of the starter
    const line = JSON.stringify({ id: crypto.randomUUID(), text })
    peer.send(line)
    peer.publish('chat', line)
  },
})
