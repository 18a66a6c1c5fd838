// The group chat: the users, the messages, the pending messages, and a form to send one. Twin of VueChat.vue.
import { type FormEvent, type ReactElement, memo, useState } from 'react'
import { maxTextLength } from '../../server/chatProtocol.ts'
import type { ChatLine } from '../chat/chatLines.ts'
import { describeMinute } from '../describeTime.ts'
import type { Panel, PlaygroundClient } from '../panel.ts'
import { useStore } from './useStore.ts'

const Line = memo(function Line({ line: { person, text, at, mine, delivered } }: { line: ChatLine }): ReactElement {
  return (
    <li className={`${person ? '' : 'notice'} ${mine ? 'mine' : ''}`}>
      {person && <span className="author">{person.name}</span>}
      <span className="text">{text}</span>
      <time>
        {describeMinute(at)}
        {delivered && (
          <span title="The server has received it" aria-label="delivered">
            {' '}
            ✓
          </span>
        )}
      </time>
    </li>
  )
})

/** The chat. */
export function ReactChat({ panel, client }: { panel: Panel; client: PlaygroundClient }): ReactElement {
  const state = useStore(panel.conversation.state)
  const [text, setText] = useState('')
  const [outcome, setOutcome] = useState('')

  function send(event: FormEvent): void {
    event.preventDefault()
    if (text.trim() === '') return
    setOutcome(panel.sendChat(client, text.trim()))
    setText('')
  }

  return (
    <>
      <ul className="users" aria-label="Users online" data-testid="react-users">
        {state.users.map((user) => (
          <li key={user.id}>{user.name}</li>
        ))}
        {state.users.length === 0 && <li className="no-users">no users known to be online</li>}
      </ul>
      <div className="scroll chat" role="log" aria-label="Chat, React" tabIndex={0} data-testid="react-chat">
        <ol>
          {state.lines.map((line) => (
            <Line key={line.key} line={line} />
          ))}
          {state.pending.map(({ id, text: pendingText }) => (
            <li key={id} className="mine pending" data-testid="react-pending">
              <span className="text">{pendingText}</span>
              <i>sending…</i>
            </li>
          ))}
        </ol>
      </div>
      <form className="composer" onSubmit={send}>
        <input
          value={text}
          maxLength={maxTextLength}
          aria-label="Message from React"
          placeholder="Type a message…"
          autoComplete="off"
          enterKeyHint="send"
          data-testid="react-message"
          onChange={({ currentTarget }) => setText(currentTarget.value)}
        />
        <button className="primary" data-testid="react-send">
          Send
        </button>
        <output data-testid="react-outcome">{outcome}</output>
      </form>
    </>
  )
}
