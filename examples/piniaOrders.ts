import { json, useWebSocket } from '@holdfast/vue'
import { defineStore } from 'pinia'
import { ref } from 'vue'

interface Order {
  id: number
  text: string
}

const fetchOrders = async (): Promise<Order[]> => (await fetch('/orders')).json() as Promise<Order[]>
const put = (orders: Order[], order: Order) => [...orders.filter(({ id }) => id !== order.id), order]

export const useOrderStore = defineStore('orders', () => {
  const orders = ref<Order[]>([])
  let changes: Order[] = [] // received since the last fetch began: its answer may be older than they are
  const { status } = useWebSocket<Order>('wss://example.org/orders', {
    codec: json(),
    onMessage: (order) => {
      changes = put(changes, order)
      orders.value = put(orders.value, order)
    },
    // At each connection: changes may have been missed before.
    onOpen: async () => {
      changes = []
      orders.value = (await fetchOrders()).concat(changes).reduce(put, [])
    },
  })
  return { orders, status }
})
