'use strict'
// Proofs: of an entry of the private log (ledger-entry.md, section 4), of one of the public log (public-log.md,
// section 3), and that a request was counted (report.md).

const { demand, sha256, fromHex, isObject, members, canonical } = require('./bytes.js')
const { isInstant } = require('./instants.js')
const merkle = require('./merkle.js')
const notes = require('./notes.js')

const hexes = (list) => {
  demand(Array.isArray(list), 'not a list of hashes')
  return list.map((one) => fromHex(one, 32))
}

const commitment = (domain, opening, salt) => sha256(`${domain}\n`, fromHex(salt, 32), canonical(opening))

// `since` is the head that the checker kept: {size, root}.
const checkEntry = (proof, since) => {
  demand(isObject(proof) && isObject(proof.consistency), 'not a proof')
  const opening = members(proof.opening, ['v', 'kind', 'actor', 'at', 'subject', 'facts'])
  demand(opening.v === 1, 'not an entry of version 1')
  demand(proof.consistency.from === since.size, 'it does not start at the head that was kept')
  const root = fromHex(proof.root, 32)
  const hash = merkle.leafHash(commitment('safeconduct/v1/entry', opening, proof.salt))
  merkle.inclusion({ hash, index: proof.index, size: proof.size, root, path: hexes(proof.inclusion) })
  const path = hexes(proof.consistency.hashes)
  merkle.consistency({ oldSize: since.size, oldRoot: since.root, size: proof.size, root, path })
}

const checkPublic = (proof, trust) => {
  const extra = Object.hasOwn(proof, 'opening') || Object.hasOwn(proof, 'salt') ? ['opening', 'salt'] : []
  members(proof, ['v', 'commitment', 'slot', 'log', 'checkpoint', ...extra])
  demand(proof.v === 1 && typeof proof.checkpoint === 'string', 'not of version 1')
  const head = notes.openHead(Buffer.from(proof.checkpoint), trust)
  demand(head.origin === trust.publicLog.name, 'not a head of the public log')
  const { slot, log } = proof
  demand(isObject(slot) && isObject(log) && log.size === head.size, 'the proof is for another head')
  demand(Number.isInteger(slot.height) && slot.height >= 0 && slot.height <= 16, 'a slot of no such height')
  demand(isInstant(slot.start), 'the slot has no start')
  const root = fromHex(slot.root, 32)
  const entry = fromHex(proof.commitment, 32)
  const place = { hash: merkle.leafHash(entry), index: slot.place, size: 2 ** slot.height, root, path: hexes(slot.path) }
  merkle.inclusion(place)
  const leaf = Buffer.from(`safeconduct/v1/slot\n${slot.start}\n${root.toString('base64')}\n`)
  const path = hexes(log.inclusion)
  merkle.inclusion({ hash: merkle.leafHash(leaf), index: log.index, size: log.size, root: head.root, path })
  if (extra.length) demand(commitment('safeconduct/v1/entry', proof.opening, proof.salt).equals(entry), 'another opening')
}

const countedLeaf = ({ opening, salt }) => commitment('safeconduct/v1/counted', opening, salt)

module.exports = { checkEntry, checkPublic, countedLeaf, hexes }
