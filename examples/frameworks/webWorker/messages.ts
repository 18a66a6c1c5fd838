import type { EnvironmentEvent, Status } from '@holdfast/core'

export type ToWorker =
  | { type: 'open'; url: string }
  | { type: 'send'; message: string }
  | { type: 'environment'; event: EnvironmentEvent; isOnline: boolean; isHidden: boolean }

export type FromWorker =
  | { type: 'status'; status: Status; retryAt: number | undefined }
  | { type: 'message'; message: string }
