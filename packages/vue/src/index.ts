/** The entry of `@holdfast/vue`. It also exports everything of `@holdfast/core`, so that applications need one import only. */

export * from '@holdfast/core'
export type { SharedClientOptions } from '@holdfast/core/adapter'
export type {
  SharedMessagesOptions,
  SharedStreamOptions,
  UseMessagesOptions,
  UseStreamOptions,
  UseWebSocketOptions,
} from './options.ts'
export type { Source } from './source.ts'
export { useMessage } from './useMessage.ts'
export { useMessages } from './useMessages.ts'
export type { UseMessagesReturn } from './useMessages.ts'
export { useStream } from './useStream.ts'
export type { UseStream, UseStreamReturn } from './useStream.ts'
export { useWebSocket } from './useWebSocket.ts'
export type { UseWebSocket, UseWebSocketReturn } from './useWebSocket.ts'
