import { initTRPC } from '@trpc/server'
import { applyWSSHandler } from '@trpc/server/adapters/ws'
import { type TestServer, listen } from '../testServer.ts'
import { type Text, createText } from '../text.ts'

const t = initTRPC.create()
const createRouter = (text: Text) =>
  t.router({
    text: t.procedure.subscription(({ signal }) => text.follow(signal)),
  })

export type Router = ReturnType<typeof createRouter>

export const startServer = async (): Promise<TestServer> => {
  const text = createText()
  const { wss, port, close } = await listen()
  applyWSSHandler({ wss, router: createRouter(text) })
  return { port, setText: text.set, close }
}
