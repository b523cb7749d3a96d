'use strict'
// The trust file: docs/formats/trust-file.md.

const { demand, members, parseCanonical, sha256 } = require('./bytes.js')
const notes = require('./notes.js')

const keyOf = (vkey, type) => {
  demand(typeof vkey === 'string', 'a key is text')
  const key = notes.keyFrom(vkey)
  demand(key.type === type, 'a key of the wrong type for its place')
  return key
}

const read = (data) => {
  demand(data.length <= 64 * 1024 && data.at(-1) === 10, 'too long, or without its newline')
  const value = members(parseCanonical(data.subarray(0, -1)), ['version', 'name', 'demonstration', 'keys', 'quorum'])
  demand(value.version === 1 && typeof value.name === 'string', 'not of version 1')
  demand(typeof value.demonstration === 'boolean' && Number.isSafeInteger(value.quorum), 'not of this form')
  const keys = members(value.keys, ['issuer', 'log', 'public_log', 'witnesses'])
  demand(Array.isArray(keys.witnesses), 'the witnesses are no list')
  const witnesses = keys.witnesses.map((one) => {
    members(one, ['vkey', 'operator', 'independent'])
    demand(typeof one.operator === 'string' && typeof one.independent === 'boolean', 'not a witness')
    return keyOf(one.vkey, notes.COSIGNATURE)
  })
  const own = [keys.issuer, keys.log, keys.public_log].map((vkey) => keyOf(vkey, notes.PLAIN))
  const all = [...own, ...witnesses]
  demand(new Set(all.map((key) => key.name)).size === all.length, 'a name stands twice')
  demand(new Set(all.map((key) => key.public.toString('hex'))).size === all.length, 'a key stands twice')
  demand(value.quorum >= 0 && value.quorum <= witnesses.length, 'a quorum that nobody can meet')
  return { issuer: own[0], log: own[1], publicLog: own[2], witnesses, quorum: value.quorum }
}

// The note beside a trust file, by the issuer that the file names.
const checkNote = (data, note, trust) => {
  const said = notes.open(note, [trust.issuer]).text
  demand(said === `safeconduct/v1/trust\nsha256 ${sha256(data).toString('hex')}\n`, 'the note is about another file')
}

module.exports = { read, checkNote }
