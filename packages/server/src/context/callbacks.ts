/**
 * Calls the functions that the application passes as options. Each call has a deadline, and no answer or error of the application can
 * end the process or admit a client by mistake.
 */

import type { IncomingMessage } from 'node:http'
import { type Timers, inTime } from '../clock.ts'
import { CallbackError, asError, describe, isHubError } from '../errors.ts'

/** The part of the hub's context that a call needs. */
export interface CallbackContext {
  readonly timers: Timers
  readonly limits: { readonly hello: number }
  /** Returns what is left of `limits.hello` if several calls share it, in ms. */
  timeLeft?(): number
  report(error: unknown): void
}

export interface Call<Answer> {
  /** The name of the option, for errors. */
  name: string
  run: () => Answer | PromiseLike<Answer>
  /** The request that the function can see. Its secrets are removed from errors. */
  request?: IncomingMessage
  token?: string | undefined
}

/** The longest text of an error that was thrown by the application, and of its stack. */
const LONGEST_PROBLEM = 500
const LONGEST_STACK = 4000
/** Shorter parts of a header are words, not secrets. */
const SHORTEST_SECRET = 8

const decode = (text: string): string => {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

/** The token, and the values of the request that can be one: cookies, `Authorization`, subprotocols, and the query. */
const secretsOf = ({ request, token }: Call<unknown>): string[] => {
  const { cookie, authorization, 'sec-websocket-protocol': protocols } = request?.headers ?? {}
  const query = request?.url?.split('?').slice(1).join('&')
  const values = [cookie, authorization, protocols, query].join(' ').split(/[\s;,&=]+/)
  const secrets = values.flatMap((value) => [value, decode(value)]).filter(({ length }) => length >= SHORTEST_SECRET)
  return token ? [token, ...secrets] : secrets
}

/** Also removes longer words that are a part of a secret, such as the signature of a token. */
const redact = (text: string, secrets: readonly string[]): string => {
  const cleaned = secrets.reduce((rest, secret) => rest.replaceAll(secret, '[redacted]'), text)
  return cleaned.replace(/[\w.+/~=-]{8,}/g, (word) =>
    secrets.some((secret) => secret.includes(word)) ? '[redacted]' : word,
  )
}

/** Converts what a function has thrown to an error without secrets. */
export const callbackError = (call: Call<unknown>, thrown: unknown): CallbackError => {
  const seesRequest = call.request !== undefined
  const secrets = secretsOf(call)
  const error = asError(thrown)
  let message = 'an error that cannot be read'
  let stack = ''
  try {
    message = redact(String(error.message), secrets).slice(0, LONGEST_PROBLEM)
    stack = redact(String(error.stack), secrets).slice(0, LONGEST_STACK)
  } catch {
    // A getter of the error throws.
  }
  const failure = new CallbackError(call.name, message, seesRequest ? undefined : { cause: thrown })
  if (stack) failure.stack = `CallbackError: ${call.name}: ${stack}`
  return failure
}

/** Reports an answer that is not of the documented type. @param problem what was expected, and what came */
export const reportAnswer = ({ report }: CallbackContext, call: Call<unknown>, problem: string): void =>
  report(new CallbackError(call.name, redact(problem, secretsOf(call))))

const lateError = ({ hello }: CallbackContext['limits']): Error => new Error(`no answer within ${hello} ms`)

/** The error of a function that has not answered in time. @param name of the option */
export const lateCallback = ({ limits }: CallbackContext, name: string): CallbackError =>
  new CallbackError(name, lateError(limits).message)

/**
 * Resolves with the answer, which the caller must check. An answer that does not come within `limits.hello` counts as an error.
 *
 * @throws HubError, as thrown by the function: a refusal
 * @throws CallbackError for anything else that it throws: a failure
 */
export const callBack = async (context: CallbackContext, call: Call<unknown>): Promise<unknown> => {
  const { timers, limits } = context
  try {
    const answer = call.run()
    if (Object(answer) !== answer) return answer
    const timeout = context.timeLeft?.() ?? limits.hello
    // Any thenable, also one of another realm or library. Its errors are rejections here.
    return await inTime(timers, timeout, answer as PromiseLike<unknown>, () => lateError(limits))
  } catch (thrown) {
    throw isHubError(thrown) ? thrown : callbackError(call, thrown)
  }
}

const isYes = (context: CallbackContext, call: Call<unknown>, answer: unknown): boolean => {
  if (typeof answer !== 'boolean') reportAnswer(context, call, `expected true or false, got ${describe(answer)}`)
  return answer === true
}

/** Resolves with whether the answer is `true`. A HubError counts as `false`. @throws CallbackError if the function fails */
export const askPermission = async (context: CallbackContext, call: Call<boolean>): Promise<boolean> => {
  try {
    return isYes(context, call, await callBack(context, call))
  } catch (error) {
    if (isHubError(error)) return false
    throw error
  }
}

/** As `askPermission`, for a function that must answer at once: a promise is an answer of the wrong type. @throws CallbackError */
export const askPermissionNow = (context: CallbackContext, call: Call<boolean>): boolean => {
  let answer: unknown
  try {
    answer = call.run()
  } catch (thrown) {
    if (isHubError(thrown)) return false
    throw callbackError(call, thrown)
  }
  ignoreRejection(answer)
  return isYes(context, call, answer)
}

/** A rejected promise that is not used would end the process. */
export const ignoreRejection = (answer: unknown): void => {
  if (Object(answer) === answer) Promise.resolve(answer).catch(() => undefined)
}
