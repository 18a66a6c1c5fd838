/** Close codes of the protocol (PROTOCOL.md). */

/** The client missed a message. */
export const GAP = 4002
/** The client is going to return, so the server keeps the session: 1000 would end it. */
export const AWAY = 4004
export const TOKEN_EXPIRED = 4006
export const UNAUTHORISED = 4501
/** A newer connection has taken over the session. */
export const REPLACED = 4509
