import { createWebSocket, json, useMessage } from '@holdfast/react'
import { useQuery, useQueryClient } from '@tanstack/react-query'

interface Order {
  id: number
  text: string
}

const changes = createWebSocket('wss://example.org/orders', { lazy: true, codec: json<Order>() })
const queryKey = ['orders']
const fetchOrders = async (): Promise<Order[]> => (await fetch('/orders')).json() as Promise<Order[]>

export function ReactOrders() {
  const queryClient = useQueryClient()
  const { data: orders = [] } = useQuery({ queryKey, queryFn: fetchOrders })
  useMessage(
    changes,
    (order) => queryClient.setQueryData<Order[]>(queryKey, (known = []) => [...known, order]),
    // Changes may have been missed while the connection was down.
    { onOpen: ({ reconnected }) => void (reconnected && queryClient.invalidateQueries({ queryKey })) },
  )
  return orders.map(({ id, text }) => <li key={id}>{text}</li>)
}
