/** VueUse, `useWebSocket`, in an effect scope as in a component. */

import { useWebSocket } from '@vueuse/core'
import { effectScope, shallowRef, watch } from 'vue'
import type { LaneContext, LaneClient, Sink } from '../lane.ts'

export const start = ({ url, getUrl, heartbeat }: LaneContext, sink: Sink): LaneClient => {
  const scope = effectScope()
  const socketUrl = shallowRef(url)
  // A new URL connects again.
  const renew = async (): Promise<void> => {
    socketUrl.value = await getUrl().catch(getUrl)
  }
  const socket = scope.run(() => {
    const created = useWebSocket<string>(socketUrl, {
      // Without limit, after a second each.
      autoReconnect: true,
      heartbeat: {
        message: 'ping',
        responseMessage: 'pong',
        interval: heartbeat.interval,
        pongTimeout: heartbeat.timeout,
      },
      onMessage: (_socket, event) => sink.message(event.data),
      onDisconnected: (_socket, event) => {
        if (event.code === 4006) void renew()
      },
    })
    watch(
      created.status,
      (status) => sink.status(status === 'OPEN' ? 'open' : status === 'CONNECTING' ? 'connecting' : 'closed'),
      { immediate: true, flush: 'sync' },
    )
    return created
  })
  return {
    send: (message) => void socket?.send(JSON.stringify(message)),
    connect: () => socket?.open(),
    stop: () => scope.stop(),
  }
}
