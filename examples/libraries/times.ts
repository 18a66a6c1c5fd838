/** Times that the examples pass to their library, in ms. */
export interface Times {
  /** How long the connection may be idle before a heartbeat. */
  interval: number
  /** How long nothing may arrive after a heartbeat before the connection counts as dead. */
  timeout: number
  /** The delay before the library connects again. */
  retry: number
  /** How long a request of the library may be unanswered. */
  request: number
}

export const TIMES: Times = { interval: 20_000, timeout: 5000, retry: 1000, request: 5000 }
