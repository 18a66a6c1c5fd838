/** What the messages of a run contain. */

/** The numbers of a message of the server. Undefined for the answer to a heartbeat. */
export const readMessage = (message: unknown): { n: number; at: number } | undefined => {
  const value: unknown = typeof message === 'string' && message.startsWith('{') ? JSON.parse(message) : message
  if (typeof value !== 'object' || value === null || !('n' in value) || !('at' in value)) return undefined
  const { n, at } = value
  return typeof n === 'number' && typeof at === 'number' ? { n, at } : undefined
}

/** The number of an own message of a lane. */
export const idOf = (message: unknown): number | undefined => {
  const id = typeof message === 'object' && message !== null && 'id' in message ? message.id : undefined
  return typeof id === 'number' ? id : undefined
}
