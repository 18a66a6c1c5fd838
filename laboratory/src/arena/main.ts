/** The arena: runs one scenario on command of the page around it, and reports to that page. */

// First: the hub's modules use the global `Buffer`.
import '../shim/installBuffer.ts'
import type { LaneId, Scenario } from '../scenario/schema.ts'
import { type ArenaClock, createArenaClock } from './clock.ts'
import { installGlobals } from './globals.ts'
import { LANES } from './lanes/catalogue.ts'
import type { LoadedLane } from './laneRun.ts'
import { createPacer } from './pacer.ts'
import { createPlatform } from './platform.ts'
import type { Command, Report } from './protocol.ts'
import { createRun } from './run.ts'

// Before the globals are replaced.
const platform = createPlatform()
const page = window.parent
const report = (message: Report): void => page.postMessage(message, location.origin)
const fail = (error: unknown): void => report({ type: 'error', message: String(error) })

/** One after another: reconnecting-websocket draws its shortest delay while it is loaded, and each lane has random numbers of its own. */
const loadLanes = async (ids: readonly LaneId[], clock: ArenaClock): Promise<LoadedLane[]> => {
  const loaded: LoadedLane[] = []
  for (const id of ids) {
    const { load, version } = LANES[id]
    loaded.push({ id, version, module: await clock.loadAs(id, load) })
  }
  return loaded
}

const begin = async (scenario: Scenario, pacer: ReturnType<typeof createPacer>): Promise<void> => {
  const { breathe } = platform
  const clock = createArenaClock({ seed: scenario.seed, onError: (error) => console.error(error), breathe })
  const run = createRun(scenario, clock, breathe)
  installGlobals({ clock, network: run.network, page: run.page })
  // With the replaced globals, because some libraries read them only once.
  run.start(await loadLanes(scenario.lanes, clock))
  await pacer.drive(run)
}

let pacer: ReturnType<typeof createPacer> | undefined
const receive = (command: Command): void => {
  if (command.type === 'run' && !pacer) {
    pacer = createPacer(platform, (batch) => report({ type: 'batch', ...batch }))
    pacer.setSpeed(command.speed)
    begin(command.scenario, pacer).catch(fail)
  } else if (command.type === 'pause') pacer?.pause()
  else if (command.type === 'resume') pacer?.resume()
  else if (command.type === 'speed') pacer?.setSpeed(command.speed)
  else if (command.type === 'step') pacer?.step(command.ms)
  else if (command.type === 'fault') pacer?.inject(command.fault)
  else if (command.type === 'stop') pacer?.stop()
}

addEventListener('message', (event: MessageEvent<Command>) => {
  if (event.source === page && event.origin === location.origin) receive(event.data)
})
report({ type: 'ready' })
