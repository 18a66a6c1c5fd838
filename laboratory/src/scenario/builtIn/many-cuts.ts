import { createRandom } from '../../arena/random.ts'
import { builtIn } from './base.ts'

/** Random times, always the same. */
const random = createRandom(7)
const times = Array.from({ length: 10 }, () => Math.floor(5000 + 90_000 * random())).sort((one, other) => one - other)

export const manyCuts = builtIn({
  id: 'many-cuts',
  title: { en: 'Ten short interruptions', zh: '十次短暂中断' },
  summary: {
    en: 'The connections are cut at ten random times: small losses add up.',
    zh: '在十个随机时刻切断连接：少量丢失逐次累积。',
  },
  guide: 'guide/sessions',
  events: [
    { en: 'The first cut: both ends of all connections see 1006.', zh: '第一次切断：所有连接的两端都得到 1006。' },
    { en: 'The second cut: both ends of all connections see 1006.', zh: '第二次切断：所有连接的两端都得到 1006。' },
    { en: 'The third cut: both ends of all connections see 1006.', zh: '第三次切断：所有连接的两端都得到 1006。' },
    { en: 'The fourth cut: both ends of all connections see 1006.', zh: '第四次切断：所有连接的两端都得到 1006。' },
    { en: 'The fifth cut: both ends of all connections see 1006.', zh: '第五次切断：所有连接的两端都得到 1006。' },
    { en: 'The sixth cut: both ends of all connections see 1006.', zh: '第六次切断：所有连接的两端都得到 1006。' },
    { en: 'The seventh cut: both ends of all connections see 1006.', zh: '第七次切断：所有连接的两端都得到 1006。' },
    { en: 'The eighth cut: both ends of all connections see 1006.', zh: '第八次切断：所有连接的两端都得到 1006。' },
    { en: 'The ninth cut: both ends of all connections see 1006.', zh: '第九次切断：所有连接的两端都得到 1006。' },
    { en: 'The tenth cut: both ends of all connections see 1006.', zh: '第十次切断：所有连接的两端都得到 1006。' },
  ],
  scenario: {
    length: 100_000,
    steps: times.map((at) => [at, 'drop']),
  },
})
