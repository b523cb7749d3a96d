'use strict'
// Answers cases on standard input, one JSON object a line, each with one line: {"id", "ok", "why"}.

const readline = require('node:readline')
const { Refused } = require('./bytes.js')
const { judge } = require('./judge.js')

const answer = (line) => {
  const said = JSON.parse(line)
  try {
    const value = judge(said)
    return { id: said.id, ok: true, ...(value === undefined ? {} : { value }) }
  } catch (error) {
    if (!(error instanceof Refused)) return { id: said.id, broken: String(error.stack) }
    return { id: said.id, ok: false, why: error.message }
  }
}

const lines = readline.createInterface({ input: process.stdin, crlfDelay: Infinity, terminal: false })
let waiting = []
lines.on('line', (line) => {
  // An empty line ends a batch: everything answered since the last one is written at once.
  if (line) waiting.push(JSON.stringify(answer(line)))
  else {
    process.stdout.write(`${waiting.join('\n')}\n\n`)
    waiting = []
  }
})
