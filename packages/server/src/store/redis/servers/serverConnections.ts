/** The two connections to one server, for commands and for subscriptions. Each connection is dialled again when it ends. */
import { createServerCommands, type ServerCommands } from './commands.ts'
import { type Connection, type Dial, type OpenConnection, keepConnected } from '../connections/connection.ts'
import type { Connections, ConnectionsOptions } from '../connections/connections.ts'
import { readServerInfo } from '../connections/serverInfo.ts'
import { createStart } from '../connections/createStart.ts'
import { createServerSubscriptions } from './pubSub.ts'
import { StoreUnavailableError } from '../connections/storeUnavailableError.ts'

export interface ServerConnections extends Connections {
  readonly run: ServerCommands['run']
}

export interface ServerConnectionsOptions extends ConnectionsOptions {
  /** The server no longer has all slots of the subscribed channels. */
  onChannelMoved?: () => void
}

export const createServerConnections = (dial: Dial, options: ServerConnectionsOptions): ServerConnections => {
  const { timeout, isSharded, onError, onCommands, onPossibleGap, onStateChange, onChannelMoved } = options
  let closed = false
  let state: 'starting' | 'up' | 'down' = 'starting'
  let isWritable = false
  let lastRunId: string | undefined
  let isSubscribed = false
  let wasSubscribed = false
  let isGapPossible = false
  const { started, resolve: resolveStarted } = createStart(timeout)

  const isUp = (): boolean => !closed && isWritable && isSubscribed && commands.isUsable
  const updateState = (error?: Error): void => {
    if (closed) return
    if (isUp()) {
      resolveStarted()
      if (state !== 'up') {
        state = 'up'
        onStateChange(true)
      }
      // Waits for both connections, because listeners read from the store.
      if (isGapPossible) {
        isGapPossible = false
        onPossibleGap()
      }
    } else if (error && state !== 'down') {
      state = 'down'
      onStateChange(false, error)
    }
  }
  const onDown = (error: Error): void => {
    onError(error)
    updateState(error)
  }
  /** Behind one address, a connection may stay with the previous server after a failover. Then it is dialled again. */
  const redialDifferent = (older: Connection, { server }: OpenConnection): void => {
    if (!older.open || older.open.server.runId === server.runId) return
    older.redial(new StoreUnavailableError('Redis: a connection leads to the previous server'))
  }
  const redialBoth = (error: Error): void => {
    commandLink.redial(error)
    pubSubLink.redial(error)
  }

  let checkTimer: NodeJS.Timeout | undefined
  /** A server may become a replica and the master again while a connection to it stays open. */
  const checkServer = async ({ redis, server }: OpenConnection): Promise<void> => {
    try {
      const { runId } = await readServerInfo(redis)
      if (runId !== server.runId) throw new StoreUnavailableError('Redis: the server was a replica meanwhile')
    } catch (error) {
      // Any other error is one of the connection, which reports it.
      if (error instanceof StoreUnavailableError && commandLink.open?.redis === redis) redialBoth(error)
    }
  }
  const scheduleCheck = (): void => {
    checkTimer = setTimeout(async () => {
      if (commandLink.open) await checkServer(commandLink.open)
      commands.forgetRefusals()
      if (!closed) scheduleCheck()
    }, timeout)
  }
  scheduleCheck()

  const commandLink = keepConnected({
    dial,
    timeout,
    onDown(error) {
      isWritable = false
      onDown(error)
    },
    async onOpen(opened) {
      redialDifferent(pubSubLink, opened)
      const { runId } = opened.server
      await onCommands(lastRunId !== undefined && lastRunId !== runId)
      lastRunId = runId
      if (commandLink.open !== opened) return
      isWritable = true
      updateState()
    },
  })
  const commands = createServerCommands({
    connection: commandLink,
    timeout,
    onUsable: updateState,
    onWrongServer: redialBoth,
  })
  const pubSubLink = keepConnected({
    dial,
    timeout,
    onDown(error) {
      isSubscribed = false
      onDown(error)
    },
    async onOpen(opened) {
      redialDifferent(commandLink, opened)
      opened.redis.on('sharded-channel-moved', (channel) => {
        subscriptions.forget(channel)
        onChannelMoved?.()
      })
      await subscriptions.resubscribe()
      if (pubSubLink.open !== opened) return
      isSubscribed = true
      isGapPossible ||= wasSubscribed
      wasSubscribed = true
      updateState()
    },
  })
  const subscriptions = createServerSubscriptions(pubSubLink, started, isSharded)

  return {
    started,
    get isUp() {
      return isUp()
    },
    slotOf: () => 0,
    markPossibleGap() {
      isGapPossible = true
      updateState()
    },
    async run(script, keys, args, isAsked) {
      if (state === 'starting' && !commandLink.open) await started
      if (closed) throw new StoreUnavailableError('The store is closed')
      return commands.run(script, keys, args, isAsked)
    },
    subscribe: subscriptions.subscribe,
    keepSubscribed: subscriptions.keepSubscribed,
    close() {
      closed = true
      clearTimeout(checkTimer)
      resolveStarted()
      commandLink.close()
      pubSubLink.close()
      subscriptions.close()
    },
  }
}
