import { createHub } from '@holdfast/server'

export const hub = createHub({ port: Number(process.env.PORT ?? 8080) })

hub.on('message', (message) => hub.broadcast(message))
