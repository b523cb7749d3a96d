'use strict'
// A log as a folder of tiles: docs/formats/log-tiles.md. `files` is a Map from path to bytes.

const { demand } = require('./bytes.js')
const merkle = require('./merkle.js')
const notes = require('./notes.js')

const WIDTH = 256
const PATH = /^tile\/(entries|[0-9]|[1-5][0-9]|6[0-3])\/((?:x\d{3}\/)*\d{3})(?:\.p\/([1-9]\d{0,2}))?$/
const UNFINISHED = /(^|\/)\.[^/]*\.new$/

const nameOf = (level, index, width) => {
  let rest = Math.floor(index / 1000)
  let path = String(index % 1000).padStart(3, '0')
  for (; rest > 0; rest = Math.floor(rest / 1000)) path = `x${String(rest % 1000).padStart(3, '0')}/${path}`
  return `tile/${level}/${path}${width === WIDTH ? '' : `.p/${width}`}`
}

const parseName = (name) => {
  const found = PATH.exec(name)
  demand(found, `${name}: no file of a log has this name`)
  const index = Number(found[2].replaceAll(/[x/]/g, ''))
  const width = Number(found[3] ?? WIDTH)
  demand(nameOf(found[1], index, width) === name, `${name}: no file of a log has this name`)
  return { level: found[1], index, width }
}

const entriesOf = (data, width) => {
  const found = []
  for (let at = 0; at < data.length;) {
    demand(at + 2 <= data.length, 'a bundle of entries breaks off')
    const end = at + 2 + data.readUInt16BE(at)
    demand(end <= data.length, 'a bundle of entries breaks off')
    found.push(data.subarray(at + 2, end))
    at = end
  }
  demand(found.length === width, 'a bundle with another number of entries')
  return found
}

const hashesOf = (data, width) => {
  demand(data.length === 32 * width, 'a tile of another length')
  return Array.from({ length: width }, (_, place) => data.subarray(32 * place, 32 * place + 32))
}

// The parts of a tile; a partial one may be cut from the full one that grew from it.
const partsOf = (files, level, index, width) => {
  const take = level === 'entries' ? entriesOf : hashesOf
  const data = files.get(nameOf(level, index, width))
  if (data) return take(data, width)
  const full = files.get(nameOf(level, index, WIDTH))
  demand(full, `${nameOf(level, index, width)} is missing`)
  return take(full, WIDTH).slice(0, width)
}

// All parts of one level of a tree with `count` of them, tile by tile.
const level = (files, name, count) => {
  const found = []
  for (let index = 0; index * WIDTH < count; index += 1) {
    found.push(...partsOf(files, name, index, Math.min(WIDTH, count - index * WIDTH)))
  }
  return found
}

const same = (left, right) => left.length === right.length && left.every((one, place) => one.equals(right[place]))

// Partial files of older heads must begin what grew from them; larger ones were left by a stopped publication.
const checkOthers = (files, size) => {
  for (const [name, data] of files) {
    if (!name.startsWith('tile/') || UNFINISHED.test(name)) continue
    const tile = parseName(name)
    const height = tile.level === 'entries' ? 0 : Number(tile.level)
    const there = Math.min(WIDTH, Math.floor(size / WIDTH ** height) - tile.index * WIDTH)
    if (there < 1 || tile.width >= there) continue
    const take = tile.level === 'entries' ? entriesOf : hashesOf
    const grown = partsOf(files, tile.level, tile.index, there)
    demand(same(take(data, tile.width), grown.slice(0, tile.width)), `${name} is not the beginning of what grew from it`)
  }
}

const checkTiles = (files, head) => {
  let row = level(files, 'entries', head.size).map(merkle.leafHash)
  for (let height = 0, count = head.size; count > 0; height += 1) {
    demand(same(level(files, String(height), count), row), `level ${height} is not what lies below it`)
    count = Math.floor(count / WIDTH)
    row = Array.from({ length: count }, (_, place) => merkle.root(row, place * WIDTH, (place + 1) * WIDTH))
  }
}

// A whole log. `known` is a head seen before: the log must continue it, so a fork or a cut is noticed.
const check = (files, trust, known) => {
  const note = files.get('checkpoint')
  demand(note, 'there is no checkpoint')
  const head = notes.openHead(note, trust)
  checkTiles(files, head)
  const leaves = level(files, '0', head.size)
  demand(merkle.root(leaves).equals(head.root), 'the tiles give another root than the one signed')
  checkOthers(files, head.size)
  if (known) {
    demand(known.size <= head.size, 'the log was cut')
    demand(merkle.root(leaves, 0, known.size).equals(known.root), 'the log was forked')
  }
  return head
}

module.exports = { check }
