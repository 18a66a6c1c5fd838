/** Components of React for the suite that both adapters pass. */

import { act, render } from '@testing-library/react'
import { type ExoticComponent, Fragment, type PropsWithChildren, type ReactNode, memo } from 'react'
import type {
  Field,
  Harness,
  Part,
  Shown,
  ShownList,
  ShownStream,
} from '../../../core/test/adapterContract/mountStage.ts'
import {
  type MessageEntry,
  type SessionClient,
  useMessage,
  useMessages,
  useStream,
  useWebSocket,
} from '../../src/index.ts'

/** What the first component was given, and how often any of them rendered. */
interface Record {
  now: Shown
  list: ShownList
  stream: ShownStream
  renders: number
}

const FUNCTIONS = ['send', 'open', 'close', 'reconnect', 'client'] as const

/** Reads nothing but what is asked for. */
const pick = (shown: Shown, fields: readonly Field[]): Shown =>
  Object.fromEntries([...FUNCTIONS, ...fields].map((name) => [name, shown[name]])) as unknown as Shown

export const ALL: readonly Field[] = [
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

const write = (record: Record, now: Shown | undefined): void => {
  record.renders++
  if (now) record.now = now
}

const Viewer = ({
  part: { source, options, reads = ALL },
  record,
  first,
}: {
  part: Part
  record: Record
  first: boolean
}): ReactNode => {
  const shown = pick(useWebSocket(source, options), reads)
  write(record, first ? shown : undefined)
  return <p>{reads.map((name) => `${name} ${String(shown[name])}`).join(', ')}</p>
}

const Hearer = ({ part: { source, options, handler }, record }: { part: Part; record: Record }): ReactNode => {
  useMessage(source, handler!, options)
  write(record, undefined)
  return null
}

const writeList = (record: Record, shown: Omit<ShownList, 'rows'>): void => void Object.assign(record.list, shown)
const countRow = (record: Record): void => void record.list.rows++

const Row = memo(({ entry, record }: { entry: MessageEntry<unknown>; record: Record }): ReactNode => {
  countRow(record)
  return <li>{String(entry.message)}</li>
})

const Lister = ({
  part: { source, options },
  record,
  first,
}: {
  part: Part
  record: Record
  first: boolean
}): ReactNode => {
  const { messages, clear } = useMessages(source, options)
  write(record, undefined)
  if (first) writeList(record, { messages, clear })
  return (
    <ul>
      {messages.map((entry) => (
        <Row key={entry.key} entry={entry} record={record} />
      ))}
    </ul>
  )
}

const STREAM = ['messages', 'members', 'resync'] as const

const writeStream = (record: Record, shown: ShownStream): void => void (record.stream = shown)

const Streamer = ({ part, record, first }: { part: Part; record: Record; first: boolean }): ReactNode => {
  const { source, stream, options, streamReads = STREAM } = part
  const shown = useStream(source as SessionClient<unknown, unknown>, stream, options)
  const { clear, client } = shown
  const picked = Object.fromEntries(streamReads.map((name) => [name, shown[name]])) as unknown as ShownStream
  write(record, undefined)
  if (first) writeStream(record, { ...picked, clear, client })
  return <p>{JSON.stringify(picked)}</p>
}

/** @param double rendered twice by StrictMode, which counts once here */
export const reactHarness = (
  name: string,
  Wrapper: ExoticComponent<PropsWithChildren> = Fragment,
  double = false,
): Harness => ({
  name,
  act: (deed) =>
    act(async () => {
      await deed()
    }),
  mount: async (given, copies = 1) => {
    let part = given
    const record: Record = {
      now: {} as Shown,
      list: { messages: [], clear: () => {}, rows: 0 },
      stream: {} as ShownStream,
      renders: 0,
    }
    const Component = part.stream !== undefined ? Streamer : part.list ? Lister : part.handler ? Hearer : Viewer
    const tree = (): ReactNode => (
      <Wrapper>
        {Array.from({ length: copies }, (_, index) => (
          <Component key={index} part={part} record={record} first={index === 0} />
        ))}
      </Wrapper>
    )
    let view: ReturnType<typeof render> | undefined
    await act(async () => {
      view = render(tree())
    })
    return {
      get now() {
        return record.now
      },
      get list() {
        return { ...record.list, rows: double ? record.list.rows / 2 : record.list.rows }
      },
      get stream() {
        return record.stream
      },
      get renders() {
        return double ? record.renders / 2 : record.renders
      },
      change: async (more) => {
        part = { ...part, ...more }
        await act(async () => view!.rerender(tree()))
      },
      unmount: () => act(async () => view!.unmount()),
    }
  },
})
