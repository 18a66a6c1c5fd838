/** The `welcome` frame of `holdfast.v1.json` with default members. */

export const PROTOCOL = 'holdfast.v1.json'
export type Frame = { t: string } & Record<string, unknown>

export const welcomeFrame = (more: object = {}): Frame => ({
  t: 'welcome',
  v: 1,
  sid: 's1',
  key: 'k1',
  resumed: false,
  cseq: 0,
  hb: [25_000, 10_000],
  win: { ms: 120_000, n: 300, bytes: 2 ** 20 },
  max: 65_536,
  streams: {},
  ...more,
})
