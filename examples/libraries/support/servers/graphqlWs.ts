import { GraphQLObjectType, GraphQLSchema, GraphQLString, execute, subscribe, validate } from 'graphql'
import { useServer } from 'graphql-ws/use/ws'
import { type TestServer, listen } from '../testServer.ts'
import { createText } from '../text.ts'

export const startServer = async (): Promise<TestServer> => {
  const text = createText()
  const schema = new GraphQLSchema({
    query: new GraphQLObjectType({ name: 'Query', fields: { text: { type: GraphQLString } } }),
    subscription: new GraphQLObjectType({
      name: 'Subscription',
      fields: {
        text: { type: GraphQLString, subscribe: () => text.follow(), resolve: (value: string) => value },
      },
    }),
  })
  const { wss, port, close } = await listen()
  // The functions of the same copy of `graphql` as the schema: Vite and Node load different files of it.
  useServer({ schema, execute, subscribe, validate }, wss)
  return { port, setText: text.set, close }
}
