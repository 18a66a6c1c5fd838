// The user's name in the chat, sent when the field loses focus or Enter is pressed. Twin of VueName.vue.
import { type ReactElement, useEffect, useRef } from 'react'
import { maxNameLength } from '../../server/chatProtocol.ts'
import type { Store } from '../store.ts'
import { useStore } from './useStore.ts'

/** The field. */
export function ReactName({ name: store }: { name: Store<string> }): ReactElement {
  const name = useStore(store)
  const field = useRef<HTMLInputElement>(null)
  useEffect(() => {
    if (field.current) field.current.value = name
  }, [name])

  function rename(input: HTMLInputElement): void {
    store.set(input.value.trim() || name)
    input.value = store.get()
  }

  return (
    <label className="field">
      <span>Name</span>
      <input
        ref={field}
        defaultValue={name}
        maxLength={maxNameLength}
        autoComplete="off"
        data-testid="react-name"
        onBlur={({ currentTarget }) => rename(currentTarget)}
        onKeyDown={({ key, currentTarget }) => key === 'Enter' && rename(currentTarget)}
      />
    </label>
  )
}
