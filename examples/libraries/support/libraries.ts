/** Each example with a server for it. */

import { findNatsServer } from '../../../scripts/serverTools.mjs'
import * as centrifuge from '../centrifuge.ts'
import * as graphqlWs from '../graphqlWs.ts'
import * as hocuspocus from '../hocuspocus.ts'
import * as mqtt from '../mqtt.ts'
import * as natsWs from '../natsWs.ts'
import * as phoenix from '../phoenix.ts'
import * as rxjs from '../rxjs.ts'
import * as shareDb from '../shareDb.ts'
import type { Times } from '../times.ts'
import * as tinyBase from '../tinyBase.ts'
import * as trpc from '../trpc.ts'
import * as yWebSocket from '../yWebSocket.ts'
import * as centrifugeServer from './servers/centrifuge.ts'
import * as graphqlWsServer from './servers/graphqlWs.ts'
import * as hocuspocusServer from './servers/hocuspocus.ts'
import * as mqttServer from './servers/mqtt.ts'
import * as natsWsServer from './servers/natsWs.ts'
import * as phoenixServer from './servers/phoenix.ts'
import * as rxjsServer from './servers/rxjs.ts'
import * as shareDbServer from './servers/shareDb.ts'
import * as tinyBaseServer from './servers/tinyBase.ts'
import * as trpcServer from './servers/trpc.ts'
import * as yWebSocketServer from './servers/yWebSocket.ts'
import type { TestServer } from './testServer.ts'

/** What every example returns. */
export interface Connection {
  setText?(text: string): unknown
  close(): unknown
}

export interface Library {
  /** The name of the example's file. */
  name: string
  connect(url: string, onText: (text: string) => void, times: Times): Connection | Promise<Connection>
  startServer(): Promise<TestServer>
  isMissing?: boolean
}

export const libraries: readonly Library[] = [
  { name: 'shareDb', ...shareDb, ...shareDbServer },
  { name: 'tinyBase', ...tinyBase, ...tinyBaseServer },
  { name: 'graphqlWs', ...graphqlWs, ...graphqlWsServer },
  { name: 'yWebSocket', ...yWebSocket, ...yWebSocketServer },
  { name: 'hocuspocus', ...hocuspocus, ...hocuspocusServer },
  { name: 'mqtt', ...mqtt, ...mqttServer },
  { name: 'trpc', ...trpc, ...trpcServer },
  { name: 'phoenix', ...phoenix, ...phoenixServer },
  { name: 'centrifuge', ...centrifuge, ...centrifugeServer },
  { name: 'natsWs', ...natsWs, ...natsWsServer, isMissing: !findNatsServer() },
  { name: 'rxjs', ...rxjs, ...rxjsServer },
]
