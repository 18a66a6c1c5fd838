/** What the adapter contract needs from a framework, and what a mounted component reports back. */

import type {
  MessageEntry,
  MessageListOptions,
  SessionCallbacks,
  SessionClient,
  Snapshot,
  StreamState,
  UrlSource,
  WebSocketClient,
  WebSocketOptions,
} from '../../src/index.ts'

export type Client = WebSocketClient<unknown, unknown>
export type Source = UrlSource | Client
export type Options = WebSocketOptions<unknown, unknown> &
  SessionCallbacks<unknown, unknown> &
  MessageListOptions<unknown, unknown> & { key?: unknown }
export type Field = keyof Snapshot

/** Every field of the state that a component can read. */
export const ALL_FIELDS: readonly Field[] = [
  'status',
  'lastMessage',
  'received',
  'messages',
  'attempt',
  'retryAt',
  'queued',
  'latency',
  'lastClose',
  'error',
]

/** Every field of a stream's state that a component can read. */
export const STREAM_FIELDS = ['messages', 'members', 'resync'] as const

/** Which hook a test component calls, with which arguments, and what it reads of the result. */
export interface ComponentSpec {
  source: Source
  options?: Options
  /** The fields that the component renders. @default ALL_FIELDS */
  reads?: readonly Field[]
  /** Calls `useMessage` with this handler and renders nothing. */
  handler?: (message: unknown) => void
  /** Sends a message in every kind of cleanup that the framework has: its name. */
  leaves?: true
  /** Calls `useMessages` and renders one memoised row per entry. */
  list?: true
  /** Calls `useStream` with this name and renders one row per entry. */
  stream?: string | null
  /** The fields of the stream that the component renders. @default STREAM_FIELDS */
  streamReads?: readonly (keyof StreamState<unknown>)[]
}

/** What `useWebSocket` returned at the last render; only the fields in `reads`. */
export type HookResult = Snapshot<unknown> & Pick<Client, 'send' | 'open' | 'close' | 'reconnect'> & { client: Client }

/** What `useMessages` returned at the last render. */
export interface ListResult {
  messages: readonly MessageEntry<unknown>[]
  clear: () => void
  /** How many times rows have rendered. */
  rows: number
}

/** What `useStream` returned at the last render; only the fields in `streamReads`. */
export interface StreamResult extends StreamState<unknown> {
  clear: () => void
  client: SessionClient<unknown, unknown>
}

/** A mounted component, or several copies of it. The results are those of the first copy. */
export interface MountedComponent {
  readonly result: HookResult
  readonly list: ListResult
  readonly stream: StreamResult
  /** How many times all copies together have rendered. */
  readonly renders: number
  /** Renders again with another source, options or handler. */
  change(spec: Partial<ComponentSpec>): Promise<void>
  unmount(): Promise<void>
}

/** The part of a test that depends on the framework. */
export interface Harness {
  name: string
  /** The kinds of cleanup in which a component with `leaves` sends a message, in any order. */
  cleanups: readonly string[]
  mount(spec: ComponentSpec, copies?: number): Promise<MountedComponent>
  /** Runs an action that may cause renders, and waits for them. */
  act(action: () => unknown): Promise<void>
}
