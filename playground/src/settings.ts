// What the settings form holds, and how it becomes options of `createWebSocket`. Kept for this tab, so that two tabs may differ.
import { type WebSocketOptions, createWebSocket, json } from '@holdfast/core'
import { session } from '@holdfast/core/recovery'
import { type ClientMessage, type ServerMessage, chatStream } from '../server/chatProtocol.ts'

/** The settings of the page. Durations in ms. */
export interface Settings {
  url: string
  /** Both panels on one connection. */
  shared: boolean
  /** Nothing lost over reconnects, where the server speaks our protocol; else, and without, plain WebSocket. */
  session: boolean
  heartbeat: boolean
  heartbeatInterval: number
  heartbeatTimeout: number
  reconnect: boolean
  /** Null: no limit. */
  maxAttempts: number | null
  queue: boolean
  queueLimit: number
}

/** The options of the playground's clients. */
export type PlaygroundOptions = WebSocketOptions<ServerMessage, ClientMessage>

/** The server this page came from; a short heartbeat, so that there is something to see. */
export function defaultSettings(): Settings {
  return {
    url: new URL('/ws', location.href).href.replace(/^http/, 'ws'),
    shared: false,
    session: true,
    heartbeat: true,
    heartbeatInterval: 5000,
    heartbeatTimeout: 3000,
    reconnect: true,
    maxAttempts: null,
    queue: true,
    queueLimit: 100,
  }
}

/** The options that these settings stand for. Heartbeat and queue are for plain connections: a session has its own of both. */
export function toOptions(settings: Settings): PlaygroundOptions {
  const { heartbeatInterval: interval, heartbeatTimeout: timeout, maxAttempts, queueLimit: limit } = settings
  return {
    codec: json<ServerMessage, ClientMessage>(),
    heartbeat: settings.heartbeat && { message: 'ping', isReply: 'pong', interval, timeout },
    reconnect: settings.reconnect && (maxAttempts === null || { maxAttempts }),
    queue: settings.queue && { limit },
    ...(settings.session && { session: session({ streams: [chatStream], pending: { limit } }) }),
  }
}

/** Throws what `createWebSocket` would throw, without connecting. */
export function checkSettings(settings: Settings): void {
  createWebSocket(settings.url, { ...toOptions(settings), immediate: false }).dispose()
}

const key = 'holdfast-playground-settings'

/** The settings this tab had before a reload, or the default ones. */
export function loadSettings(): Settings {
  const settings = defaultSettings()
  try {
    Object.assign(settings, JSON.parse(sessionStorage.getItem(key) ?? '{}'))
    checkSettings(settings)
    return settings
  } catch {
    return defaultSettings()
  }
}

/** Keeps them for the next reload of this tab. */
export function saveSettings(settings: Settings): void {
  sessionStorage.setItem(key, JSON.stringify(settings))
}
