'use strict'
// Signed notes, keys as text, cosignatures and checkpoints: docs/formats/signed-note.md.

const crypto = require('node:crypto')
const { demand, sha256, fromBase64, fromHex, text } = require('./bytes.js')

const DASH = '\u2014 '
const PLAIN = 1
const COSIGNATURE = 4
const MOST_BYTES = 1_000_000
const DER = Buffer.from('302a300506032b6570032100', 'hex')

const keyFrom = (vkey) => {
  const [name, id, ...rest] = vkey.split('+')
  const data = fromBase64(rest.join('+'), 33)
  demand(name && !/\s/u.test(name), 'a key has a name without blanks')
  demand(data[0] === PLAIN || data[0] === COSIGNATURE, 'a key of another type')
  const found = sha256(`${name}\n`, data).subarray(0, 4)
  demand(found.equals(fromHex(id, 4)), 'the id of a key does not fit')
  const key = crypto.createPublicKey({ key: Buffer.concat([DER, data.subarray(1)]), format: 'der', type: 'spki' })
  return { name, id: found, type: data[0], public: data.subarray(1), key }
}

// Split a note into its text and its signature lines, each {name, id, signature}; nothing is verified yet.
const split = (data) => {
  demand(data.length <= MOST_BYTES, 'the note is too long')
  const words = text(data)
  const gap = words.lastIndexOf('\n\n')
  demand(gap >= 0 && words.endsWith('\n'), 'not a text, an empty line and signature lines')
  const said = words.slice(0, gap + 1)
  demand(!/[\u0000-\u0009\u000b-\u001f]/.test(said), 'a control character')
  const lines = words.slice(gap + 2, -1).split('\n')
  demand(lines.length <= 100, 'more than 100 signatures')
  const signatures = lines.map((line) => {
    demand(line.startsWith(DASH), 'a signature line starts with a dash')
    const [, name, body] = /^([^ ]+) (.*)$/su.exec(line.slice(DASH.length)) ?? []
    demand(name, 'a signature line has a name')
    const bytes = fromBase64(body)
    demand(bytes.length > 4, 'a signature line carries a key id and a signature')
    return { name, id: bytes.subarray(0, 4), signature: bytes.subarray(4) }
  })
  return { text: said, signatures }
}

const holds = (key, said, signature) => {
  let message = Buffer.from(said)
  let body = signature
  if (key.type === COSIGNATURE) {
    demand(signature.length === 72, 'a cosignature has 72 bytes')
    const time = signature.readBigUInt64BE(0)
    demand(time < 2n ** 63n, 'a time beyond 63 bits')
    message = Buffer.from(`cosignature/v1\ntime ${time}\n${said}`)
    body = signature.subarray(8)
  }
  demand(body.length === 64, 'a signature has 64 bytes')
  demand(crypto.verify(null, message, key.key, body), `the signature of ${key.name} is false`)
}

// Open a note with known keys: {text, by: keys that signed, lines}. A false line by a known key spoils it.
const open = (data, keys) => {
  const { text: said, signatures } = split(data)
  const by = new Set()
  for (const { name, id, signature } of signatures) {
    const key = keys.find((one) => one.name === name && one.id.equals(id))
    if (!key || by.has(key)) continue
    holds(key, said, signature)
    by.add(key)
  }
  demand(by.size > 0, 'no known key signed it')
  return { text: said, by, lines: signatures.length }
}

// A note by the issuer carries exactly one signature line.
const issued = (data, issuer) => {
  const note = open(data, [issuer])
  demand(note.lines === 1, 'a further signature')
  return note.text
}

const parseHead = (said) => {
  const lines = said.split('\n')
  demand(lines.length >= 4 && lines.pop() === '' && lines.every((line) => line), 'not a checkpoint')
  demand(/^(0|[1-9][0-9]{0,18})$/.test(lines[1]), 'not a size')
  return { origin: lines[0], size: Number(lines[1]), root: fromBase64(lines[2], 32) }
}

// A signed head of one of the logs in a trust file; the public log's needs the quorum of witnesses.
const openHead = (data, trust) => {
  const origin = split(data).text.split('\n')[0]
  const key = [trust.log, trust.publicLog].find((one) => one.name === origin)
  demand(key, 'a log that the trust file does not name')
  const note = open(data, [key, ...trust.witnesses])
  demand(note.by.has(key), 'the log did not sign its head')
  const head = parseHead(note.text)
  demand(head.origin === key.name, 'the head of another log')
  demand(key !== trust.publicLog || note.by.size - 1 >= trust.quorum, 'too few cosignatures')
  return head
}

module.exports = { PLAIN, COSIGNATURE, keyFrom, split, open, issued, parseHead, openHead }
