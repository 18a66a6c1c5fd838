import { json, useWebSocket } from '@holdfast/vue'
import { defineStore } from 'pinia'
import { ref } from 'vue'

interface Message {
  text: string
}

export const useChatStore = defineStore('chat', () => {
  const draft = ref('') // state: part of `$state`, of a server's page and of hydration
  const { status, messages, send } = useWebSocket<Message>('wss://example.org/chat', { codec: json(), history: 100 })
  const sendDraft = () => {
    send({ text: draft.value })
    draft.value = ''
  }
  return { draft, status, messages, sendDraft } // `status` and `messages` are getters
})
