import { createHmac } from 'node:crypto'
import { cookies } from 'next/headers'

const secret = process.env.TOKEN_SECRET ?? 'only for development'

/** A token for the user of the cookie, valid for one minute. The WebSocket server checks it with the same secret. */
export async function POST(): Promise<Response> {
  const user = (await cookies()).get('user')?.value ?? 'visitor'
  const content = Buffer.from(JSON.stringify({ user, expires: Date.now() + 60_000 })).toString('base64url')
  return new Response(`${content}.${createHmac('sha256', secret).update(content).digest('base64url')}`)
}
