/** The health of a hub, and the answers to the probes of an orchestrator or a load balancer. */

import type { IncomingMessage, RequestListener } from 'node:http'
import { pathOf } from './connection/upgrade.ts'

/** Why a hub should get no new clients. */
export type UnreadyReason = 'draining' | 'full' | 'store'

export interface Health {
  /** Whether a load balancer should send new clients to this hub. */
  ready: boolean
  /** `draining` from the first `drain` or `close` on, `full` at `limits.connections`, `store` while the store cannot be reached. */
  reasons: readonly UnreadyReason[]
}

export const healthOf = (states: Readonly<Record<UnreadyReason, boolean>>): Health => {
  const reasons = (['draining', 'full', 'store'] as const).filter((reason) => states[reason])
  return { ready: reasons.length === 0, reasons }
}

/** Answers `GET` and `HEAD` of `/healthz` and `/readyz`. Any other request needs an upgrade: 426. */
export const createHealthListener = (health: () => Health): RequestListener => {
  const answerTo = (request: IncomingMessage): [status: number, body?: object] => {
    const path = request.method === 'GET' || request.method === 'HEAD' ? pathOf(request) : undefined
    if (path === '/healthz') return [200, { alive: true }]
    if (path !== '/readyz') return [426]
    const state = health()
    return [state.ready ? 200 : 503, state]
  }
  return (request, response) => {
    const [status, body] = answerTo(request)
    if (!body) return void response.writeHead(status).end()
    const text = JSON.stringify(body)
    const headers = { 'content-type': 'application/json', 'content-length': text.length, 'cache-control': 'no-store' }
    return void response.writeHead(status, headers).end(text) // Node leaves the body out for HEAD
  }
}
