// One trial: nodes, client processes, connections, then messages of which each must arrive before the next is published.

import { startChild } from '../child.mjs'
import { spread } from '../statistics.mjs'
import { startRedisServer } from './redisServer.mjs'

/**
 * @typedef {object} Plan
 * @property {'ws' | 'plain' | 'session'} kind
 * @property {number} connections
 * @property {number} streams
 * @property {number} each streams that each client joins
 * @property {number} nodes
 * @property {string | undefined} redis the redis-server, or undefined for the memory store
 * @property {number} deliveries about how many messages reach a client in total
 *
 * @typedef {object} Trial
 * @property {Omit<Plan, 'redis'>} plan
 * @property {number} heap bytes per connection
 * @property {number} rss bytes per connection
 * @property {number} cpu of all nodes, µs per message that reached a client
 * @property {number} cpuPublish of all nodes, µs per published message
 * @property {number} p50 from publish to arrival, ms
 * @property {number} p99
 * @property {number} commands of Redis per published message
 * @property {number} redisCpu µs per published message
 * @property {number} helloCommands of Redis per opened connection
 * @property {number} ended connections that ended during the trial
 */

const PATIENCE = 300_000
const CLIENTS_PER_PROCESS = 10_000
/** Messages that reach fewer clients are published in lots, so that each lot has this many deliveries. */
const LOT = 1000

/** @param {Plan} plan @param {{ node: string, clients: string }} bundles @returns {Promise<Trial>} */
export async function runTrial(plan, bundles) {
  const { redis, ...facts } = plan
  const { kind, connections, streams, each, nodes, deliveries } = plan
  const server = redis ? await startRedisServer(redis) : undefined
  /** @type {ReturnType<typeof startChild>[]} */
  const children = []
  const start = (/** @type {string} */ path, /** @type {string[]} */ flags, /** @type {string[]} */ args = []) => {
    const child = startChild(path, flags, args)
    children.push(child)
    return child
  }
  const ask = async (
    /** @type {ReturnType<typeof startChild>} */ child,
    /** @type {import('./nodeEntry.mjs').Order | import('./clientsEntry.mjs').Order} */ order,
  ) => {
    child.send(order)
    return await child.receive(PATIENCE)
  }
  try {
    const hubs = Array.from({ length: nodes }, () =>
      start(bundles.node, ['--expose-gc'], [kind, ...(server ? [server.url] : [])]),
    )
    const ports = await Promise.all(hubs.map((hub) => hub.receive(PATIENCE)))
    const processes = Array.from({ length: Math.ceil(connections / CLIENTS_PER_PROCESS) }, () =>
      start(bundles.clients, ['--max-semi-space-size=64']),
    )
    await Promise.all(processes.map((child) => child.receive(PATIENCE)))
    const report = async (/** @type {import('./nodeEntry.mjs').Order} */ order) => {
      const all = await Promise.all(hubs.map((hub) => ask(hub, order)))
      const sum = (/** @type {'cpu' | 'heap' | 'rss'} */ name) =>
        all.reduce((total, { [name]: value }) => total + value, 0)
      return { cpu: sum('cpu'), heap: sum('heap'), rss: sum('rss'), redis: await server?.counts() }
    }
    const connect = async (/** @type {number} */ count) => {
      for (const [n, child] of processes.entries()) {
        const share = Math.floor(count / processes.length) + (n < count % processes.length ? 1 : 0)
        await ask(child, { connect: share, ports, session: kind === 'session', streams, each })
      }
    }
    // The first ones make the nodes allocate what they need once.
    const first = Math.round(connections / 5)
    await connect(first)
    const few = await report('collect')
    await connect(connections - first)
    const many = await report('collect')

    const perMessage = kind === 'session' ? (connections * Math.min(each, streams)) / streams : connections
    const lot = Math.max(1, Math.round(LOT / perMessage))
    let published = 0
    const [publisher] = hubs
    const exchange = async (/** @type {number} */ messages) => {
      for (let end = published + messages; published < end;) {
        const count = Math.min(lot, end - published)
        publisher?.send({ publish: count, from: published, streams })
        published += count
        // All streams have the same number of subscribers, and the clients are evenly divided.
        const total = published * perMessage
        await Promise.all(processes.map((child) => ask(child, { reach: Math.floor(total / processes.length) })))
      }
    }
    const latencies = async () => (await Promise.all(processes.map((child) => ask(child, 'latencies')))).flat()
    const messages = Math.max(
      5,
      Math.round(deliveries / perMessage / streams) * streams || Math.round(deliveries / perMessage),
    )
    await exchange(Math.max(2, Math.round(messages / 5 / streams) * streams))
    await latencies()
    const [before, from] = [await report('report'), published]
    await exchange(messages)
    const after = await report('report')
    const answers = await latencies()
    const delays = answers.flatMap((answer) => answer.latencies).sort((a, b) => a - b)
    const count = published - from
    const opened = connections - first
    return {
      plan: facts,
      heap: (many.heap - few.heap) / opened,
      rss: (many.rss - few.rss) / opened,
      cpu: (after.cpu - before.cpu) / (count * perMessage),
      cpuPublish: (after.cpu - before.cpu) / count,
      p50: spread(delays).median,
      p99: delays[Math.floor(delays.length * 0.99)] ?? 0,
      commands: ((after.redis?.commands ?? 0) - (before.redis?.commands ?? 0)) / count,
      redisCpu: ((after.redis?.cpu ?? 0) - (before.redis?.cpu ?? 0)) / count,
      helloCommands: ((many.redis?.commands ?? 0) - (few.redis?.commands ?? 0)) / opened,
      ended: answers.reduce((sum, { ended }) => sum + ended, 0),
    }
  } finally {
    await Promise.all(children.map((child) => child.end()))
    await server?.end()
  }
}
