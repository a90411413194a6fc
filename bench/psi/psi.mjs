// psi: times @openmined/psi.js on the work that Comity's index and question do: n keys on the server, 36 points asked.
//
//     node psi.mjs KEYS     prints "setup_seconds S" and "question_ms M" (median of 21, Raw: its fastest structure)
//
// All keys are invented. The peer has no labels and no fuzzy keys: it does strictly less.
import { readFileSync } from 'node:fs'
import PSI from '@openmined/psi.js/psi_wasm_node.js'

const n = Number(process.argv[2] ?? 10000)
const points = 36
const rounds = 21

const psi = await PSI()
const items = Array.from({ length: n }, (_, i) => `invented key ${i}`)
const server = psi.server.createWithNewKey(true)

let start = process.hrtime.bigint()
const setup = server.createSetupMessage(0.000000001, points, items, psi.dataStructure.Raw)
const setupSeconds = Number(process.hrtime.bigint() - start) / 1e9

const times = []
for (let round = 0; round < rounds; round++) {
  const asked = Array.from({ length: points }, (_, i) => `invented key ${round * points + i * 7}`)
  start = process.hrtime.bigint()
  const client = psi.client.createWithNewKey(true)
  const request = client.createRequest(asked)
  const response = server.processRequest(request)
  times.push(Number(process.hrtime.bigint() - start) / 1e6)
  if (round === 0) {
    const found = client.getIntersection(setup, response)
    if (found.length !== Math.min(points, n)) throw new Error(`the peer found ${found.length} of ${points}`)
  }
}
times.sort((a, b) => a - b)
console.log(`setup_seconds ${setupSeconds.toFixed(3)}`)
console.log(`question_ms ${times[rounds >> 1].toFixed(2)}`)
