// Evaluates a publicodes model for many households: JSON in on stdin, JSON out. See publicodes.py.
import { readFileSync } from 'node:fs'
import Engine from 'publicodes'

const { rules, goals, situations } = JSON.parse(readFileSync(0, 'utf8'))
const silent = { log() {}, warn() {}, error() {} }
const began = performance.now()
const engine = new Engine(rules, { logger: silent })
const parsed = performance.now() - began

const verdicts = []
const microseconds = []
const telling = []
for (const situation of situations) {
  const start = performance.now()
  engine.setSituation(situation)
  telling.push((performance.now() - start) * 1000)
  const said = goals.map(([surely, possibly]) => {
    const sure = engine.evaluate(surely).nodeValue
    const possible = possibly === surely ? sure : engine.evaluate(possibly).nodeValue
    if (typeof sure !== 'boolean' || typeof possible !== 'boolean') throw new Error(`${surely}: ${sure}, ${possible}`)
    return sure + possible
  })
  microseconds.push((performance.now() - start) * 1000)
  verdicts.push(said)
}
process.stdout.write(JSON.stringify({ verdicts, microseconds, telling, parsed, rules: Object.keys(rules).length }))
