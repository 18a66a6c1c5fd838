// The functions of the page that the bench calls, such as `hooks.mount(…)`, with plain data as arguments and results.

import { candidates } from './candidates/index.mjs'
import { watchFrames } from './frames.mjs'
import { createProbe } from './probe.mjs'
import { LENGTH } from './screen.mjs'
import { createStage } from './stage.mjs'

/**
 * @typedef {object} Scene
 * @property {string} candidate
 * @property {import('./candidates/index.mjs').Kind} kind
 * @property {string} url
 * @property {number} [components] that share one connection: of these `readers` render `kind`, and the rest only the status
 * @property {number} [readers]
 * @property {boolean} [withHeartbeat] with a heartbeat
 * @property {boolean} [strict] in React's StrictMode
 */

/** Longest wait for a connection or the end of a flow, in ms. */
const PATIENCE = 40_000

const probe = { current: createProbe() }
let end = () => {}

/**
 * @param {Scene} scene
 * @returns {Promise<void>} once it is open
 */
async function mount({
  candidate: name,
  kind,
  url,
  components = 0,
  readers = components,
  withHeartbeat = false,
  strict = false,
}) {
  const candidate = find(name)
  probe.current = createProbe()
  if (!candidate.framework) {
    const root = document.body.appendChild(document.createElement('main'))
    const stop = candidate.start(
      url,
      components && !readers ? 'status' : kind,
      root,
      Math.max(1, readers),
      probe.current,
    )
    end = () => {
      stop()
      root.remove()
    }
  } else {
    const stage = createStage(candidate, strict)
    const shared = components ? candidate.share?.(url) : undefined
    const parts = Array.from({ length: components || 1 }, (_, index) => ({
      kind: !components || index < readers ? kind : /** @type {const} */ ('status'),
      source: shared ? shared.source : url,
      settings: {
        probe: probe.current,
        keeps: kind === 'list',
        withMessageHook: index === 0,
        shares: !!shared,
        withHeartbeat,
      },
    }))
    end = () => {
      stage.end()
      shared?.end()
    }
    await stage.show(parts)
  }
  await within(probe.current.open, `${name}: not open`)
  await frames(3)
}

/** Starts the messages, and returns what the components received and rendered. */
async function flow({ smoothness = true } = {}) {
  const { current } = probe
  const before = current.kept().count
  const stopWatch = smoothness ? watchFrames() : undefined
  const start = performance.now()
  const sent = await within(current.flow(), 'the flow has not ended')
  const seconds = (performance.now() - start) / 1000
  await frames(3)
  const window = (performance.now() - start) / 1000
  const smooth = stopWatch?.()
  const { renders, received } = current
  // Effects and what they keep may lag behind.
  await frames(10)
  const { count, list } = current.kept()
  return {
    sent,
    seconds,
    window,
    renders,
    effects: current.effects,
    received,
    kept: count - before,
    gaps: gapsIn(list, sent),
    ...smooth,
  }
}

/** How many of the newest messages are not in the history, which also contains the server's last message. */
function gapsIn(/** @type {readonly string[]} */ list, /** @type {number} */ sent) {
  const numbers = new Set(list.map((message) => Number.parseInt(message, 10)))
  const first = Math.max(0, sent - LENGTH + 1)
  return Array.from({ length: sent - first }, (_, index) => first + index).filter((number) => !numbers.has(number))
    .length
}

function unmount() {
  end()
  end = () => {}
}

/** Mounts a component and unmounts it again, so many times, one after the other, each once it is open. */
async function cycle(/** @type {Scene & { times: number }} */ { times, ...scene }) {
  const candidate = find(scene.candidate)
  if (!candidate.framework) throw new Error(`${scene.candidate} has nothing to mount`)
  const stage = createStage(candidate, scene.strict)
  for (let time = 0; time < times; time++) {
    const own = createProbe()
    const settings = {
      probe: own,
      keeps: false,
      withMessageHook: true,
      shares: false,
      withHeartbeat: !!scene.withHeartbeat,
    }
    await stage.show([{ kind: scene.kind, source: scene.url, settings }])
    await within(own.open, `${scene.candidate}: not open at mount ${time + 1}`)
    await stage.show([])
  }
  stage.end()
}

/**
 * Mounts one component for each address, and waits until all are open. Ten at a time: Chromium holds back a page that dials many at once.
 * @param {Omit<Scene, 'url'> & { urls: string[] }} scene
 */
async function mountMany({ candidate: name, kind, urls, withHeartbeat = false }) {
  const candidate = find(name)
  const probes = urls.map(createProbe)
  const show = createCrowd(candidate, kind)
  for (let shown = 10; shown < urls.length + 10; shown += 10) {
    await show(
      urls.slice(0, shown).map((url, index) => {
        const own = probes[index] ?? createProbe()
        return {
          kind,
          source: url,
          settings: { probe: own, keeps: false, withMessageHook: false, shares: false, withHeartbeat },
        }
      }),
    )
    await within(Promise.all(probes.slice(0, shown).map(({ open }) => open)), `${name}: not all open`)
  }
  await frames(3)
  statuses = () => probes.map((own) => own.statuses)
}

/**
 * @param {typeof candidates[number]} candidate
 * @param {import('./candidates/index.mjs').Kind} kind
 * @returns {import('./stage.mjs').Stage['show']} each call shows the parts before and some more
 */
function createCrowd(candidate, kind) {
  if (candidate.framework) {
    const stage = createStage(candidate)
    end = stage.end
    return stage.show
  }
  const root = document.body.appendChild(document.createElement('main'))
  /** @type {(() => void)[]} */
  const stops = []
  end = () => {
    for (const stop of stops) stop()
    root.remove()
  }
  return async (parts) => {
    for (const { source, settings } of parts.slice(stops.length))
      stops.push(candidate.start(String(source), kind, root, 1, settings.probe))
  }
}

/** When each of many was open, and when not. @type {() => import('./probe.mjs').Probe['statuses'][]} */
let statuses = () => [probe.current.statuses]

function find(/** @type {string} */ name) {
  const found = candidates.find((candidate) => candidate.name === name)
  if (!found) throw new Error(`no candidate is called ${name}`)
  return found
}

/**
 * @template Value
 * @param {Promise<Value>} promise
 * @param {string} otherwise
 * @returns {Promise<Value>}
 */
function within(promise, otherwise) {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(otherwise)), PATIENCE)
    promise.then(resolve, reject).finally(() => clearTimeout(timer))
  })
}

async function frames(/** @type {number} */ count) {
  for (let frame = 0; frame < count; frame++) await new Promise((resolve) => requestAnimationFrame(resolve))
}

const list = candidates.map(({ name, framework, ...rest }) => ({
  name,
  framework,
  withHeartbeat: 'withHeartbeat' in rest && !!rest.withHeartbeat,
  shares: 'share' in rest,
}))

Object.assign(globalThis, { hooks: { list, mount, flow, unmount, cycle, mountMany, statuses: () => statuses() } })
