/** All lanes: their names, versions and sources. Each is loaded on demand. */

import type { LaneId } from '../../scenario/schema.ts'
import type { LaneModule } from '../lane.ts'

export interface LaneEntry {
  name: string
  /** Of the installed package. Empty for a lane without a package. */
  version: string
  load: () => Promise<LaneModule>
  /** Loads the source of the lane. */
  setup: () => Promise<string>
}

/** By the name of the package. Replaced by the build: see `laboratory/arenaConfig.ts`. */
declare const LANE_VERSIONS: Readonly<Record<string, string>>

const entry = (
  name: string,
  packageName: string,
  load: LaneEntry['load'],
  loadSource: () => Promise<{ default: string }>,
): LaneEntry => ({
  name,
  version: LANE_VERSIONS[packageName] ?? '',
  load,
  setup: async () => (await loadSource()).default,
})

export const LANES: Readonly<Record<LaneId, LaneEntry>> = {
  holdfastSession: entry(
    'Holdfast, session',
    '@holdfast/core',
    () => import('./holdfastSession.ts'),
    () => import('./holdfastSession.ts?raw'),
  ),
  holdfastPlain: entry(
    'Holdfast, plain',
    '@holdfast/core',
    () => import('./holdfastPlain.ts'),
    () => import('./holdfastPlain.ts?raw'),
  ),
  vueuse: entry(
    'VueUse',
    '@vueuse/core',
    () => import('./vueuse.ts'),
    () => import('./vueuse.ts?raw'),
  ),
  reactUseWebSocket: entry(
    'react-use-websocket',
    'react-use-websocket',
    () => import('./reactUseWebSocket.tsx'),
    () => import('./reactUseWebSocket.tsx?raw'),
  ),
  partysocket: entry(
    'partysocket',
    'partysocket',
    () => import('./partysocket.ts'),
    () => import('./partysocket.ts?raw'),
  ),
  reconnectingWebSocket: entry(
    'reconnecting-websocket',
    'reconnecting-websocket',
    () => import('./reconnectingWebSocket.ts'),
    () => import('./reconnectingWebSocket.ts?raw'),
  ),
  ahooks: entry(
    'ahooks',
    'ahooks',
    () => import('./ahooks.tsx'),
    () => import('./ahooks.tsx?raw'),
  ),
  handWritten: entry(
    'Hand-written class',
    '',
    () => import('./handWritten.ts'),
    () => import('./handWritten.ts?raw'),
  ),
  bare: entry(
    'WebSocket',
    '',
    () => import('./bare.ts'),
    () => import('./bare.ts?raw'),
  ),
}
