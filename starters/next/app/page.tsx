import { Chat } from './Chat'
import { loadLines } from './lines'

export const dynamic = 'force-dynamic'

export default async function Page() {
  return <Chat initial={await loadLines()} />
}
