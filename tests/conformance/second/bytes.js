'use strict'
// Bytes, hashes, strict spellings, and canonical JSON (RFC 8785). Everything that does not hold is `Refused`.

const crypto = require('node:crypto')

class Refused extends Error {}

const demand = (holds, why) => {
  if (!holds) throw new Refused(why)
}

const sha256 = (...parts) => {
  const hash = crypto.createHash('sha256')
  for (const part of parts) hash.update(part)
  return hash.digest()
}

const fromHex = (text, bytes) => {
  demand(typeof text === 'string' && /^([0-9a-f]{2})*$/.test(text), 'not small hexadecimal digits')
  const data = Buffer.from(text, 'hex')
  demand(bytes === undefined || data.length === bytes, `not ${bytes} bytes`)
  return data
}

const fromBase64 = (text, bytes) => {
  const data = Buffer.from(text, 'base64')
  demand(data.toString('base64') === text, 'not canonical base64')
  demand(bytes === undefined || data.length === bytes, `not ${bytes} bytes`)
  return data
}

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
const text = (data) => {
  try {
    return decoder.decode(data)
  } catch {
    throw new Refused('not UTF-8')
  }
}

const parse = (words) => {
  try {
    return JSON.parse(words)
  } catch {
    throw new Refused('not JSON')
  }
}

// Parse JSON in any layout, but refuse an object that names a member twice: readers would not agree on it.
const parseOnce = (words) => {
  const value = parse(words)
  const open = []
  for (const [token] of words.matchAll(/"(?:[^"\\]|\\.)*"(?:\s*:)?|[{}]/g)) {
    if (token === '{') open.push(new Set())
    else if (token === '}') open.pop()
    else if (token.endsWith(':')) {
      const name = JSON.parse(token.slice(0, -1))
      demand(!open.at(-1).has(name), 'a member stands twice')
      open.at(-1).add(name)
    }
  }
  return value
}

const isObject = (value) => typeof value === 'object' && value !== null && !Array.isArray(value)

const members = (value, names) => {
  demand(isObject(value), 'not an object')
  const found = Object.keys(value)
  demand(found.length === names.length && names.every((name) => Object.hasOwn(value, name)), `not the members ${names}`)
  return value
}

// RFC 8785 is defined on ECMAScript: its numbers and strings are what this engine writes, its order is that of UTF-16.
const canonical = (value) => {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`
  if (isObject(value)) {
    const pairs = Object.keys(value).sort().map((name) => `${canonical(name)}:${canonical(value[name])}`)
    return `{${pairs.join(',')}}`
  }
  if (typeof value === 'string') demand(value.isWellFormed(), 'half of a surrogate pair')
  if (typeof value === 'number') demand(Number.isFinite(value), 'not a finite number')
  return JSON.stringify(value)
}

// Whole numbers beyond 2^53 - 1 written as digits are refused: readers would not agree on them.
const exact = (value) => {
  if (typeof value === 'number' && Number.isInteger(value) && !Number.isSafeInteger(value)) {
    demand(Math.abs(value) >= 1e21, 'a whole number too large to be exact')
  }
  if (typeof value === 'object' && value !== null) Object.values(value).forEach(exact)
  return value
}

// Parse bytes that must be the one canonical spelling; a member that stands twice is noticed by the comparison.
const parseCanonical = (data) => {
  const words = text(data)
  const value = exact(parse(words))
  demand(canonical(value) === words, 'not canonical JSON')
  return value
}

const digest = (domain, value) => sha256(`${domain}\n`, canonical(value)).toString('hex')

module.exports = {
  Refused, demand, sha256, fromHex, fromBase64, text, parse, parseOnce, isObject, members, canonical, parseCanonical, digest,
}
