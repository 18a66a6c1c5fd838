/** The part of `node:net` that the hub uses. */

export const isIPv6 = (address: string): boolean => address.includes(':')
