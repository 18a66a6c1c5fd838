import type { Line } from './socket'

/** The newest lines, from the database of your application. */
export const loadLines = async (): Promise<Line[]> => [{ id: '1', text: 'Welcome' }]
