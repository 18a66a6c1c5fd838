// The values of the settings form, and their conversion to options of `createWebSocket`. They are stored per tab.
import { type WebSocketOptions, createWebSocket, json } from '@holdfast/core'
import { session } from '@holdfast/core/recovery'
import { type ClientMessage, type ServerMessage, chatStream } from '../server/chatProtocol.ts'

/** The settings of the page. Durations in ms. */
export interface Settings {
  url: string
  /** Both panels use one connection. */
  shared: boolean
  /** Use a session, so that no message is lost on reconnect. Without it, or if the server does not support sessions: plain WebSocket. */
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

/** The server that served this page. The heartbeat is short, so that its effects are visible soon. */
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

/** Converts settings to options. Heartbeat and queue apply to plain connections: a session has its own. */
export function toOptions(settings: Settings): PlaygroundOptions {
  const { heartbeatInterval: interval, heartbeatTimeout: timeout, maxAttempts, queueLimit: limit } = settings
  return {
    codec: json<ServerMessage, ClientMessage>(),
    heartbeat: settings.heartbeat && { interval, timeout },
    reconnect: settings.reconnect && (maxAttempts === null || { maxAttempts }),
    queue: settings.queue && { limit },
    ...(settings.session && { session: session({ streams: [chatStream], pending: { limit } }) }),
  }
}

/** Throws the errors of `createWebSocket`, without connecting. */
export function checkSettings(settings: Settings): void {
  createWebSocket(settings.url, { ...toOptions(settings), immediate: false }).dispose()
}

const key = 'holdfast-playground-settings'

/** The settings that this tab had before a reload, or the default settings. */
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

/** Stores the settings for the next reload of this tab. */
export function saveSettings(settings: Settings): void {
  sessionStorage.setItem(key, JSON.stringify(settings))
}
