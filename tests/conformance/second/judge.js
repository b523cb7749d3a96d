'use strict'
// One case for the comparison with the first verifier: which check, on which bytes. Bytes travel in base64.

const { canonical, fromHex, parseCanonical, parseOnce, sha256, text } = require('./bytes.js')
const log = require('./log.js')
const merkle = require('./merkle.js')
const notes = require('./notes.js')
const bagCheck = require('./package.js')
const proofs = require('./proofs.js')
const report = require('./report.js')
const trustFile = require('./trust.js')

const bytes = (words) => Buffer.from(words, 'base64')
const filesOf = (said) => new Map(Object.entries(said.files).map(([name, words]) => [name, bytes(words)]))
const headOf = (head) => head && { size: head.size, root: fromHex(head.root, 32) }
const trusts = new Map()
const trustOf = ({ trust }) => {
  if (!trusts.has(trust)) trusts.set(trust, trustFile.read(bytes(trust)))
  return trusts.get(trust)
}

const checks = {
  log: (said) => void log.check(filesOf(said), trustOf(said), headOf(said.known)),
  checkpoint: (said) => void notes.openHead(bytes(said.data), trustOf(said)),
  inclusion: ({ hash, index, size, root, path }) =>
    merkle.inclusion({ hash: fromHex(hash), index, size, root: fromHex(root), path: path.map((one) => fromHex(one)) }),
  consistency: ({ oldSize, oldRoot, size, root, path }) =>
    merkle.consistency({ oldSize, oldRoot: fromHex(oldRoot), size, root: fromHex(root), path: path.map((one) => fromHex(one)) }),
  entry: (said) => proofs.checkEntry(said.proof, headOf(said.known)),
  public: (said) => proofs.checkPublic(parseOnce(text(bytes(said.data))), trustOf(said)),
  package: (said) => void bagCheck.check(filesOf(said), trustOf(said)),
  zip: (said) => void bagCheck.checkZip(bytes(said.data), trustOf(said)),
  envelope: (said) => void bagCheck.checkEnvelope(said.name, bytes(said.data), bytes(said.note), trustOf(said)),
  report: (said) => void report.check(filesOf(said), trustOf(said)),
  receipt: (said) => void report.checkReceipt(parseOnce(text(bytes(said.data))), trustOf(said)),
  statement: (said) => void report.checkStatement(bytes(said.data), trustOf(said)),
  trust: (said) => void trustFile.checkNote(bytes(said.data), bytes(said.note), trustFile.read(bytes(said.data))),
  canonical: (said) => canonical(said.value),
  parse: (said) => void parseCanonical(bytes(said.data)),
  root: (said) => merkle.root(said.leaves.map((leaf) => merkle.leafHash(bytes(leaf)))).toString('hex'),
  sha256: (said) => sha256(bytes(said.data)).toString('hex'),
}

const judge = (said) => checks[said.check](said)

module.exports = { judge }
