/** Mounts React components for the adapter contract. */

import { act, render } from '@testing-library/react'
import {
  type ExoticComponent,
  Fragment,
  type PropsWithChildren,
  type ReactNode,
  memo,
  useEffect,
  useLayoutEffect,
  useRef,
} from 'react'
import {
  ALL_FIELDS,
  type ComponentSpec,
  type Field,
  type Harness,
  type HookResult,
  type ListResult,
  STREAM_FIELDS,
  type StreamResult,
} from '../../../core/test/adapterContract/harness.ts'
import {
  type MessageEntry,
  type SessionClient,
  useMessage,
  useMessages,
  useStream,
  useWebSocket,
} from '../../src/index.ts'

/** The results of the first copy, and the renders of all copies. */
interface Recorded {
  result: HookResult
  list: ListResult
  stream: StreamResult
  renders: number
}

interface Props {
  spec: ComponentSpec
  recorded: Recorded
  first: boolean
}

const FUNCTIONS = ['send', 'open', 'close', 'reconnect', 'client'] as const

/** Reads only the given fields, because reading a field subscribes to it. */
const pick = (returned: HookResult, fields: readonly Field[]): HookResult =>
  Object.fromEntries([...FUNCTIONS, ...fields].map((name) => [name, returned[name]])) as unknown as HookResult

// The React linter forbids components to write to their props. These functions do it for them.
const recordRender = (recorded: Recorded, result?: HookResult): void => {
  recorded.renders++
  if (result) recorded.result = result
}
const recordList = (recorded: Recorded, list: Omit<ListResult, 'rows'>): void => void Object.assign(recorded.list, list)
const recordRow = (recorded: Recorded): void => void recorded.list.rows++
const recordStream = (recorded: Recorded, stream: StreamResult): void => void (recorded.stream = stream)

const StateComponent = ({ spec: { source, options, reads = ALL_FIELDS }, recorded, first }: Props): ReactNode => {
  const picked = pick(useWebSocket(source, options), reads)
  recordRender(recorded, first ? picked : undefined)
  return <p>{reads.map((name) => `${name} ${String(picked[name])}`).join(', ')}</p>
}

type Send = HookResult['send']

const LeavingChild = ({ send }: { send: Send }): ReactNode => {
  useLayoutEffect(() => () => void send('layout effect of a child'), [send])
  useEffect(() => () => void send('effect of a child'), [send])
  return null
}

/** Declares effects before and after `useWebSocket`, because React runs cleanups in the order of their declaration. */
const LeavingComponent = ({ spec: { source, options }, recorded, first }: Props): ReactNode => {
  const latestSend = useRef<Send>(undefined)
  useEffect(() => () => void latestSend.current?.('effect before the hook'), [])
  const returned = useWebSocket(source, options)
  const { send } = returned
  useLayoutEffect(() => {
    latestSend.current = send
    return () => void send('layout effect')
  }, [send])
  useEffect(() => () => void send('effect after the hook'), [send])
  recordRender(recorded, first ? pick(returned, ALL_FIELDS) : undefined)
  return <LeavingChild send={send} />
}

const MessageComponent = ({ spec: { source, options, handler }, recorded }: Props): ReactNode => {
  useMessage(source, handler!, options)
  recordRender(recorded)
  return null
}

const Row = memo(({ entry, recorded }: { entry: MessageEntry<unknown>; recorded: Recorded }): ReactNode => {
  recordRow(recorded)
  return <li>{String(entry.message)}</li>
})

const ListComponent = ({ spec: { source, options }, recorded, first }: Props): ReactNode => {
  const { messages, clear } = useMessages(source, options)
  recordRender(recorded)
  if (first) recordList(recorded, { messages, clear })
  return (
    <ul>
      {messages.map((entry) => (
        <Row key={entry.key} entry={entry} recorded={recorded} />
      ))}
    </ul>
  )
}

const StreamComponent = ({ spec, recorded, first }: Props): ReactNode => {
  const { source, stream, options, streamReads = STREAM_FIELDS } = spec
  const returned = useStream(source as SessionClient<unknown, unknown>, stream, options)
  const { clear, client } = returned
  const picked = Object.fromEntries(streamReads.map((name) => [name, returned[name]])) as unknown as StreamResult
  recordRender(recorded)
  if (first) recordStream(recorded, { ...picked, clear, client })
  return <p>{JSON.stringify(picked)}</p>
}

/**
 * @param Wrapper puts the page into another component, for example `StrictMode`
 * @param rendersTwice is true under StrictMode, whose double renders then count once
 */
export const reactHarness = (
  name: string,
  Wrapper: ExoticComponent<PropsWithChildren> = Fragment,
  rendersTwice = false,
): Harness => ({
  name,
  cleanups: [
    'effect before the hook',
    'layout effect',
    'effect after the hook',
    'layout effect of a child',
    'effect of a child',
  ],
  act: (action) =>
    act(async () => {
      await action()
    }),
  mount: async (given, copies = 1) => {
    let spec = given
    const recorded: Recorded = {
      result: {} as HookResult,
      list: { messages: [], clear: () => {}, rows: 0 },
      stream: {} as StreamResult,
      renders: 0,
    }
    const Component =
      spec.stream !== undefined
        ? StreamComponent
        : spec.list
          ? ListComponent
          : spec.handler
            ? MessageComponent
            : spec.leaves
              ? LeavingComponent
              : StateComponent
    const page = (): ReactNode => (
      <Wrapper>
        {Array.from({ length: copies }, (_, index) => (
          <Component key={index} spec={spec} recorded={recorded} first={index === 0} />
        ))}
      </Wrapper>
    )
    let view: ReturnType<typeof render> | undefined
    await act(async () => {
      view = render(page())
    })
    return {
      get result() {
        return recorded.result
      },
      get list() {
        return { ...recorded.list, rows: rendersTwice ? recorded.list.rows / 2 : recorded.list.rows }
      },
      get stream() {
        return recorded.stream
      },
      get renders() {
        return rendersTwice ? recorded.renders / 2 : recorded.renders
      },
      change: async (more) => {
        spec = { ...spec, ...more }
        await act(async () => view!.rerender(page()))
      },
      unmount: () => act(async () => view!.unmount()),
    }
  },
})
