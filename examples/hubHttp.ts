import { createServer } from 'node:http'
import { createHub } from '@holdfast/server'

export const server = createServer((_, response) => response.end('page')).listen(Number(process.env['PORT'] ?? 8080))
export const hub = createHub({ server, path: '/ws' })
