// The group chat: who is here, what is said, what is still on its way, saying something. Twin of VueChat.vue.
import { type FormEvent, type ReactElement, memo, useState } from 'react'
import { maxTextLength } from '../../server/chatProtocol.ts'
import type { ChatLine } from '../conversation.ts'
import { describeMinute } from '../describeTime.ts'
import type { Panel, PlaygroundClient } from '../panel.ts'
import { useStore } from './useStore.ts'

const Line = memo(function Line({ line: { person, text, at, mine, delivered } }: { line: ChatLine }): ReactElement {
  return (
    <li className={`${person ? '' : 'notice'} ${mine ? 'mine' : ''}`}>
      {person && <span className="who">{person.name}</span>}
      <span className="text">{text}</span>
      <time>
        {describeMinute(at)}
        {delivered && (
          <span title="The server has it" aria-label="delivered">
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

  function say(event: FormEvent): void {
    event.preventDefault()
    if (text.trim() === '') return
    setOutcome(panel.say(client, text.trim()))
    setText('')
  }

  return (
    <>
      <ul className="people" aria-label="People online" data-testid="react-people">
        {state.people.map((person) => (
          <li key={person.id}>{person.name}</li>
        ))}
        {state.people.length === 0 && <li className="nobody">nobody known to be online</li>}
      </ul>
      <div className="scroll chat" role="log" aria-label="Chat, React" tabIndex={0} data-testid="react-chat">
        <ol>
          {state.lines.map((line) => (
            <Line key={line.key} line={line} />
          ))}
          {state.pending.map(({ id, text: said }) => (
            <li key={id} className="mine pending" data-testid="react-pending">
              <span className="text">{said}</span>
              <i>sending…</i>
            </li>
          ))}
        </ol>
      </div>
      <form className="composer" onSubmit={say}>
        <input
          value={text}
          maxLength={maxTextLength}
          aria-label="Message from React"
          placeholder="Say something…"
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
